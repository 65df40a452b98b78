import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { isBranchName } from '#kernel/branch-name.ts';
import { AppError } from '#kernel/errors.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Keep } from '#platform/http/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { mayMove, TERMINAL_WORK_STATES } from '#modules/work/index.ts';
import type { CheckSpec, Project, Repository } from '#modules/projects/index.ts';
import { decideChain } from './decide.chain.ts';
import { decideStart, slugOf } from './decide.ts';
import { RequestOptions, STORY_WORKFLOW, type Story } from './model.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { recentStarts } from './store.chain.ts';

export interface RequestInput {
  text: string;
  repositoryId: string;
  options: RequestOptions;
}

export interface StartedRequest {
  item: WorkItem;
  story: Story;
}

export interface Delivery {
  /** Starts the story of a work item, or answers the one under way; a failed one starts its next generation. */
  orchestrate(workItemId: string, by: Actor, options?: RequestOptions): Promise<Story>;
  /** Starts when an event makes an issue ready: labelled, or answered after questions. Answers null when there is nothing to do. */
  startIfReady(workItemId: string, triggeredBy: string | null): Promise<Story | null>;
  /** A person's typed request becomes a work item and starts. `keep` is told of it in the transaction that makes both. */
  request(input: RequestInput, by: Actor, keep?: Keep<StartedRequest>): Promise<StartedRequest>;
  /** Takes a person's own repository into the installation: a project of its own, allowlisted. The same path again: its checks are replaced. */
  adoptPath(input: { path: string; defaultBranch: string; checks: CheckSpec[] }, by: Actor): Promise<Repository>;
}

const NO_OPTIONS: RequestOptions = { target: null, agent: null, checks: [] };

export function createDelivery(
  deps: Pick<DeliveryDeps, 'db' | 'ids' | 'store' | 'outbox' | 'ledger' | 'work' | 'projects'> & {
    workflow: Pick<WorkflowEngine, 'start' | 'status'>;
  },
): Delivery {
  const { db, store, work } = deps;

  /**
   * Begins the generation after the one the caller has seen (0: none). Two who saw the same one make one story: events about an
   * issue come in pairs (opened and labelled), and two servers may handle them at once. Null for the one who was second.
   */
  async function begin(tx: Tx, item: WorkItem, seen: number, kind: 'issue' | 'request', by: string, options: RequestOptions): Promise<Story | null> {
    const generation = seen + 1;
    const workflowId = `${STORY_WORKFLOW}:${item.id}:${generation}`;
    const story = await store.insertStory(tx, { workItemId: item.id, generation, workflowId, kind, startedBy: by, options });
    if (story === null) return null;
    await deps.workflow.start(tx, STORY_WORKFLOW, workflowId, { workItemId: item.id, kind });
    deps.ledger.append(tx, {
      kind: 'story.started',
      subject: item.id,
      actor: by,
      projectId: item.projectId,
      workItemId: item.id,
      payload: { generation, kind },
    });
    await deps.outbox.put(tx, {
      type: 'story.started',
      subject: item.id,
      workItemId: item.id,
      projectId: item.projectId,
      data: { generation, title: item.title, number: item.number },
    });
    return story;
  }

  async function isUnderWay(story: Story | null): Promise<boolean> {
    if (story === null || story.endedAs !== null) return false;
    const engine = await deps.workflow.status(story.workflowId);
    return engine === null || engine.status === 'enqueued' || engine.status === 'running';
  }

  /** Back to `new`, by way of `failed` where the story broke in the middle. */
  async function startOver(tx: Tx, item: WorkItem, by: string): Promise<void> {
    if (item.state === 'new' || item.state === 'triaged') return;
    if (!mayMove(item.state, 'new')) await work.transition(tx, item.id, 'failed', 'The story broke off.', by);
    await work.transition(tx, item.id, 'new', 'Started again.', by);
  }

  /** No text of an opted-out project, or of a repository nobody allowlisted, reaches a model or an agent. */
  async function refuseOutsiders(projectId: string, repositoryId: string | null): Promise<Project> {
    const project = await deps.projects.get(projectId);
    const repository = repositoryId === null ? null : await deps.projects.repository(repositoryId);
    if (project === null || repository === null)
      throw new AppError('refused', 'This work belongs to no repository, so no agent can do it.', { code: 'no_repository' });
    if (project.optedOut) throw new AppError('forbidden', `The project ${project.key} has opted out.`, { code: 'opted_out' });
    if (!repository.allowlisted)
      throw new AppError('forbidden', `${repository.name} is not on the allowlist.`, { code: 'not_allowlisted', hint: 'An admin can allowlist it.' });
    return project;
  }

  /** Bots that trigger each other are left to people, which the ledger and the stream say. */
  async function isLoop(item: WorkItem, person: string | null): Promise<boolean> {
    const { starts, now } = await recentStarts(db, item.id);
    const chain = decideChain({ person, now }, starts);
    if (chain.kind === 'go') return false;
    const about = { subject: item.id, projectId: item.projectId, workItemId: item.id };
    await db.tx(async (tx) => {
      deps.ledger.append(tx, { kind: 'story.chain_stopped', actor: 'system', ...about, payload: { depth: chain.depth } });
      await deps.outbox.put(tx, { type: 'story.chain_stopped', ...about, data: { depth: chain.depth, title: item.title } });
    });
    return true;
  }

  async function found(workItemId: string): Promise<WorkItem> {
    const item = await work.get(workItemId);
    if (item === null) throw new AppError('not_found', `There is no issue ${workItemId}.`);
    return item;
  }

  return {
    async orchestrate(workItemId, by, options) {
      const item = await found(workItemId);
      await refuseOutsiders(item.projectId, item.repositoryId);
      const current = await store.currentStory(db, workItemId);
      if (current !== null && (await isUnderWay(current))) return current;
      if (TERMINAL_WORK_STATES.includes(item.state) && item.state !== 'failed') {
        throw new AppError('conflict', `The issue is ${item.state}; there is nothing left to orchestrate.`, {
          code: 'already_ended',
          hint: 'Reopen it on its tracker to start again.',
        });
      }
      const story = await db.tx(async (tx) => {
        if (item.requestedBy === null) await work.update(tx, item.id, { requestedBy: handleOf(by) }, by.subject);
        const begun = await begin(tx, item, current?.generation ?? 0, current?.kind ?? 'issue', by.subject, options ?? withoutPlan(current));
        if (begun !== null) await startOver(tx, item, by.subject);
        return begun;
      });
      const winner = story ?? (await store.currentStory(db, workItemId));
      if (winner === null) throw new AppError('conflict', 'The story could not be started.');
      return winner;
    },

    async startIfReady(workItemId, triggeredBy) {
      const item = await found(workItemId);
      const project = await deps.projects.get(item.projectId);
      if (project === null) return null;
      const current = await store.currentStory(db, workItemId);
      const decision = decideStart({
        readyLabel: project.settings.readyLabel,
        labels: item.labels,
        state: item.state,
        // A story that has put its questions is at its end: an answer need not wait for its last step.
        storyRunning: item.state !== 'needs_info' && (await isUnderWay(current)),
        optedOut: project.optedOut,
      });
      if (decision === 'ignore') return null;
      if (await isLoop(item, triggeredBy)) return null;
      return db.tx(async (tx) => {
        const by = triggeredBy === null ? SYSTEM_ACTOR.subject : `person:${triggeredBy}`;
        const story = await begin(tx, item, current?.generation ?? 0, 'issue', by, NO_OPTIONS);
        if (story === null) return null;
        if (item.requestedBy === null) await work.update(tx, item.id, { requestedBy: triggeredBy }, 'system');
        if (item.state !== 'new') await work.transition(tx, item.id, 'new', 'The author answered.', 'system');
        return story;
      });
    },

    async adoptPath(input, by) {
      const known = await deps.projects.repositoryByName('path', input.path);
      if (known !== null) {
        if (input.checks.length > 0) await deps.projects.update(known.projectId, { settings: { checks: input.checks } }, by);
        return known.allowlisted ? known : deps.projects.setAllowlisted(known.id, true, by);
      }
      const name = input.path.split('/').at(-1) ?? 'repository';
      const key = `${slugOf(name).slice(0, 20)}-${deps.ids.next('project').slice(-6).toLowerCase()}`;
      const project = await deps.projects.create({ key, name, settings: { checks: input.checks } }, by);
      return deps.projects.addRepository(
        { projectId: project.id, forge: 'path', name: input.path, defaultBranch: input.defaultBranch, allowlisted: true },
        by,
      );
    },

    async request(input, by, keep) {
      const repository = await deps.projects.repository(input.repositoryId);
      if (repository === null) throw new AppError('not_found', `There is no repository ${input.repositoryId}.`);
      const project = await refuseOutsiders(repository.projectId, repository.id);
      if (input.options.target !== null && !isBranchName(input.options.target))
        throw new AppError('invalid', 'target: not a name git allows for a branch, or one with characters nobody can see.', {
          code: 'bad_branch_name',
          hint: 'Letters, digits, dashes and slashes do: feature/cart.',
        });
      const unknown = input.options.checks.filter((name) => !project.settings.checks.some((check) => check.name === name));
      if (unknown.length > 0)
        throw new AppError('invalid', `The project has no check named ${unknown.join(', ')}.`, {
          code: 'unknown_check',
          hint: 'All checks of the project run in any case.',
        });
      const title = input.text.split('\n')[0]?.trim().slice(0, 200) ?? '';
      if (title === '') throw new AppError('invalid', 'The request is empty.', { hint: 'Say what should change.' });
      return db.tx(async (tx) => {
        const item = await work.create(tx, {
          projectId: repository.projectId,
          repositoryId: repository.id,
          source: 'request',
          externalId: deps.ids.next('request'),
          number: null,
          title,
          body: input.text,
          requestedBy: handleOf(by),
          author: handleOf(by),
          targetBranch: input.options.target ?? `reeve/${slugOf(title)}`,
          by: by.subject,
        });
        const story = await begin(tx, item, 0, 'request', by.subject, input.options);
        if (story === null) throw new AppError('internal', 'The story could not be started.');
        await keep?.(tx, { item, story });
        return { item, story };
      });
    },
  };
}

/** What the last generation was asked for; its plan belongs to it alone. */
function withoutPlan(story: Story | null): RequestOptions {
  const parsed = RequestOptions.safeParse({
    target: story?.options.target ?? null,
    agent: story?.options.agent ?? null,
    checks: story?.options.checks ?? [],
  });
  return parsed.success ? parsed.data : NO_OPTIONS;
}

/** `person:alice` -> `alice`; null for a token without a person. */
function handleOf(actor: Actor): string | null {
  return actor.subject.startsWith('person:') ? actor.subject.slice('person:'.length) : null;
}
