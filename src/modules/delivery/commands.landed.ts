import { isAppError } from '#kernel/errors.ts';
import { namesInTaskList, tickItem } from '#kernel/task-list.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { ActionKind } from '#modules/actions/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import { isCiEvent, type CiEvent } from './commands.ci.ts';
import { noteDefaultBranch } from './commands.landed.red.ts';
import type { Pull } from './model.ts';
import type { EndingsDeps } from './steps.context.ts';
import { openPullsAt } from './store.ci.ts';
import { openPullsInto, repositoriesLandedIn } from './store.landed.ts';

export interface LandingsDeps extends Pick<
  EndingsDeps,
  'db' | 'log' | 'store' | 'outbox' | 'ledger' | 'work' | 'projects' | 'queue' | 'actions' | 'forge' | 'tracker'
> {
  workflow: Pick<WorkflowEngine, 'send'>;
}

/** What follows when work has landed, for whoever landed it. */
export interface Landings {
  /** Proposes what a landing leaves to do: the branch is deleted, the boxes of parent issues are ticked. Nothing where it did not land. Safe to run twice. */
  cleanUp(workItemId: string): Promise<void>;
  /** Wakes stories that wait for the forge's merge queue, and looks at the default branch when its checks have ended. Safe to run twice. */
  hear(event: ForgeEvent): Promise<void>;
  /** Looks at every default branch on which something landed within a day: for checks whose events got lost. */
  lookAround(): Promise<void>;
}

const LOOKED_AT_DAYS = 1;

export function createLandings(deps: LandingsDeps): Landings {
  return {
    cleanUp: (workItemId) => unlessRefused(deps, { workItem: workItemId }, () => cleanUp(deps, workItemId)),
    hear: (event) => unlessRefused(deps, { repository: event.repo.name }, () => hear(deps, event)),
    async lookAround() {
      for (const id of await repositoriesLandedIn(deps.db, LOOKED_AT_DAYS)) {
        const repository = await deps.projects.repository(id);
        if (repository === null || !repository.allowlisted || repository.forge !== 'github') continue;
        try {
          const { forge, name, defaultBranch } = repository;
          const head = await deps.forge(forge).branchHead({ forge, name }, defaultBranch);
          if (head !== null) await noteDefaultBranch(deps, repository, head);
        } catch (error) {
          deps.log.warn({ err: error, repository: repository.name }, 'The default branch could not be looked at; it is done again.');
        }
      }
    },
  };
}

/** What a forge refuses for good would be refused again: nothing waits for it. A forge that is away is asked again. */
async function unlessRefused(deps: LandingsDeps, about: Record<string, string>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAppError(error) || error.kind === 'unavailable' || error.kind === 'rate_limited' || error.kind === 'internal') throw error;
    deps.log.warn({ ...about, err: error }, 'What follows a landing could not be done.');
  }
}

async function cleanUp(deps: LandingsDeps, workItemId: string): Promise<void> {
  const item = await deps.work.get(workItemId);
  const stored = await deps.store.pullOfWorkItem(deps.db, workItemId);
  const repository = stored === null ? null : await deps.projects.repository(stored.repositoryId);
  if (item === null || stored === null || repository === null || repository.forge === 'path') return;
  const pull = await deps.forge(repository.forge).pullByNumber({ forge: repository.forge, name: repository.name }, stored.number);
  if (pull?.state !== 'merged') return;
  await proposeDelete(deps, { stored, repository, pull });
  if (item.number !== null) await proposeTicks(deps, { stored, repository, item: item.number });
  // Its checks may have ended before it was known to be ours.
  if (pull.mergeSha !== null) await noteDefaultBranch(deps, repository, pull.mergeSha);
}

interface Landed {
  stored: Pull;
  repository: Repository;
}

/** Proposed for the executor: no story waits for it. */
async function propose(
  deps: LandingsDeps,
  { stored, repository }: Landed,
  kind: ActionKind,
  parts: { key: string; args: JsonObject; number?: number; branch?: string },
) {
  await deps.actions.transaction((tx) =>
    deps.actions.propose(tx, {
      kind,
      target: { forge: repository.forge, repo: repository.name, number: parts.number ?? null, branch: parts.branch ?? null },
      args: parts.args,
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: stored.projectId,
      workItemId: stored.workItemId,
      idempotencyKey: `landed:${stored.id}:${kind}:${parts.key}`,
      runBy: 'executor',
    }),
  );
}

/** Only a branch that the story made itself, and only where it stands as it landed: what people pushed onto it later keeps it. */
async function proposeDelete(deps: LandingsDeps, { stored, repository, pull }: Landed & { pull: PullRequest }): Promise<void> {
  const branch = stored.headBranch;
  const { items } = await deps.actions.list({ workItemId: stored.workItemId ?? '', kind: 'branch.create', status: 'executed', limit: 20 });
  const isOurs = items.some(({ record }) => record.target.branch === branch);
  if (!isOurs || branch === repository.defaultBranch) return;
  const head = await deps.forge(repository.forge).branchHead({ forge: repository.forge, name: repository.name }, branch);
  if (head === null || head !== pull.headSha) return;
  await propose(deps, { stored, repository }, 'branch.delete', { key: pull.headSha, branch, args: { branch, sha: pull.headSha } });
}

const PAGE = 100;
/** A thousand open issues are looked through for a task list that names the one that is done. */
const MOST_PAGES = 10;

async function proposeTicks(deps: LandingsDeps, { stored, repository, item }: Landed & { item: number }): Promise<void> {
  const repo = { forge: repository.forge, name: repository.name };
  const box = { number: item, repo: repository.name };
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await deps.tracker(repo.forge).issues(repo, { state: 'open', limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const { number, body } of found.items)
      if (number !== item && namesInTaskList(body, box) && tickItem(body, { ...box, done: true }) !== body)
        await propose(deps, { stored, repository }, 'issue.tick', { key: `${number}`, number, args: { item, done: true } });
    if (found.nextCursor === null) return;
    cursor = found.nextCursor;
  }
}

async function hear(deps: LandingsDeps, event: ForgeEvent): Promise<void> {
  // What the queue gave back is told as a change of the pull request.
  const concerns =
    event.kind === 'pull.merged' ||
    event.kind === 'pull.closed' ||
    event.kind === 'pull.edited' ||
    event.kind === 'merge_group.changed' ||
    isCiEvent(event);
  if (!concerns) return;
  const repository = await deps.projects.repositoryByName(event.repo.forge as Repository['forge'], event.repo.name);
  if (repository === null || !repository.allowlisted) return;
  if (isCiEvent(event)) return checksEnded(deps, repository, event);
  if (event.kind === 'merge_group.changed') {
    for (const pull of await openPullsInto(deps.db, repository.id, event.group.base_branch)) await wake(deps, pull, event);
    return;
  }
  const pull = await deps.store.pullByNumber(deps.db, repository.id, event.pull.number);
  if (pull !== null) await wake(deps, pull, event);
}

/** Most checks are of pull requests, and most are green: the forge is asked only where the default branch may have turned red, or green again. */
async function checksEnded(deps: LandingsDeps, repository: Repository, event: CiEvent): Promise<void> {
  const headSha = headOf(event);
  if ((await openPullsAt(deps.db, repository.id, headSha)).length > 0) return;
  const { items } = await deps.actions.list({ projectId: repository.projectId, kind: 'pr.revert', status: 'pending', limit: 1 });
  if (conclusionOf(event) === 'success' && items.length === 0) return;
  await noteDefaultBranch(deps, repository, headSha);
}

function conclusionOf(event: CiEvent): string {
  if (event.kind === 'check.completed') return event.check.conclusion;
  return event.kind === 'check_suite.completed' ? event.suite.conclusion : event.run.conclusion;
}

function headOf(event: CiEvent): string {
  if (event.kind === 'check.completed') return event.check.head_sha;
  return event.kind === 'check_suite.completed' ? event.suite.head_sha : event.run.head_sha;
}

/** The story reads by itself how it stands; the event only says that there is something to read. */
async function wake(deps: LandingsDeps, pull: Pick<Pull, 'id' | 'workItemId'>, event: ForgeEvent): Promise<void> {
  const story = pull.workItemId === null ? null : await deps.store.currentStory(deps.db, pull.workItemId);
  if (story === null || story.endedAt !== null) return;
  const key = `landing:${pull.id}:${event.kind}:${event.kind === 'merge_group.changed' ? `${event.group.head_sha}:${event.group.state}` : event.occurred_at}`;
  await deps.db.tx((tx) => deps.workflow.send(tx, story.workflowId, `ci:${pull.id}`, { event: event.kind }, key));
}
