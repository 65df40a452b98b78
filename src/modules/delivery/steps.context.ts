import type { Clock } from '#kernel/clock.ts';
import type { Ids } from '#kernel/ids.ts';
import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Action, ActionKind, Actions, Proposal } from '#modules/actions/index.ts';
import type { Agents } from '#modules/agents/index.ts';
import type { Budget } from '#modules/budget/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { MergeQueue } from '#modules/merge-queue/index.ts';
import type { People } from '#modules/people/index.ts';
import type { Planning, Task } from '#modules/planning/index.ts';
import type { Project, Projects, Repository } from '#modules/projects/index.ts';
import type { CoverageReports, Reviewers, Reviews, TestRounds } from '#modules/reviews/index.ts';
import type { Triage } from '#modules/triage/index.ts';
import type { Work, WorkItem } from '#modules/work/index.ts';
import type { ForgeRead, OwnLogin, RepoRef } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ActionView, Story } from './model.ts';
import type { DeliveryStore } from './store.ts';

/** Everything the story's steps reach; wired by app. */
export interface DeliveryDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  log: Log;
  store: DeliveryStore;
  outbox: Outbox;
  ledger: Ledger;
  work: Work;
  projects: Projects;
  people: People;
  triage: Triage;
  planning: Planning;
  agents: Agents;
  queue: MergeQueue;
  actions: Actions;
  reviews: Reviews;
  reviewers: Reviewers;
  coverage: CoverageReports;
  tests: TestRounds;
  /** Read side of a forge by its name. */
  forge(name: string): ForgeRead;
  /** Author of what Reeve itself writes on a forge. AppError unavailable while a forge that has to be asked is away. */
  ownLogin(forge: string): Promise<OwnLogin>;
  mirror(repositoryId: string): Promise<Mirror>;
  /** What each task of a plan waits for, by task id: declared dependencies, and tasks it would probably conflict with. */
  waitsOf(planId: string): Promise<ReadonlyMap<string, { dependsOn: string[]; after: string[] }>>;
  /** Installation-wide role -> agent name. */
  roles: Readonly<Partial<Record<'coder' | 'reviewer' | 'tester' | 'planner', string>>>;
  /** Run-time settings the story obeys. */
  settings: { maxAttempts(): Promise<number> };
  /** Caps and who waits for them; left out: nothing is counted. */
  budget?: Pick<Budget, 'pool' | 'noteWaiting'>;
  publicUrl: string;
  /** Takes secrets out of a text that is about to be stored or shown. */
  redact(text: string): string;
}

/** What ends a story from outside reaches. */
export interface EndingsDeps extends Pick<
  DeliveryDeps,
  'db' | 'log' | 'store' | 'outbox' | 'ledger' | 'work' | 'projects' | 'people' | 'planning' | 'agents' | 'queue' | 'actions' | 'forge' | 'ownLogin'
> {
  /** Read side of a tracker by its forge's name. */
  tracker(name: string): TrackerRead;
}

/** A work item with where it lives. */
export interface Subject {
  item: WorkItem;
  story: Story;
  project: Project;
  repository: Repository;
  repo: RepoRef;
  forge: ForgeRead;
}

export async function loadSubject(deps: DeliveryDeps, workItemId: string): Promise<Subject> {
  const item = await deps.work.get(workItemId);
  if (item === null) throw new AppError('not_found', `There is no work item ${workItemId}.`);
  const story = await deps.store.currentStory(deps.db, workItemId);
  if (story === null) throw new AppError('conflict', `No story was started for ${workItemId}.`);
  if (item.repositoryId === null)
    throw new AppError('refused', `"${item.title}" belongs to no repository, so no agent can work on it.`, { code: 'no_repository' });
  const repository = await deps.projects.repository(item.repositoryId);
  const project = await deps.projects.get(item.projectId);
  if (repository === null || project === null) throw new AppError('not_found', `The repository of "${item.title}" is gone.`);
  return { item, story, project, repository, repo: { forge: repository.forge, name: repository.name }, forge: deps.forge(repository.forge) };
}

/** Branch the work lands on in the mirror and is pushed to: `ai-<number>`, or what the request named. */
export function branchOf(subject: Subject): string {
  if (subject.item.targetBranch !== null) return subject.item.targetBranch;
  if (subject.item.number !== null) return `ai-${subject.item.number}`;
  throw new AppError('internal', `The work item ${subject.item.id} has neither a number nor a target branch.`);
}

export interface ProposalParts {
  kind: ActionKind;
  /** Distinguishes proposals of one kind within the story: part of the idempotency key. */
  key: string;
  args: JsonObject;
  number?: number | null;
  branch?: string | null;
  headSha?: string | null;
  baseSha?: string | null;
  /** Workflow that waits for the outcome; default: the story. */
  waiting?: string;
  proposer?: { subject: string; run?: string | null; model?: string | null; promptHash?: string | null };
}

/** Proposes an action of this story; the same parts give the same action. */
export async function proposeFor(deps: DeliveryDeps, subject: Subject, parts: ProposalParts): Promise<ActionView> {
  const action = await deps.actions.transaction((tx) => deps.actions.propose(tx, proposalOf(subject, parts)));
  return toActionView(action);
}

/** A proposal of this story, ready to be made or to be asked about. */
export function proposalOf(subject: Subject, parts: ProposalParts): Proposal {
  return {
    kind: parts.kind,
    target: { forge: subject.repo.forge, repo: subject.repo.name, number: parts.number ?? subject.item.number, branch: parts.branch ?? null },
    args: parts.args,
    preconditions: { headSha: parts.headSha ?? null, baseSha: parts.baseSha ?? null },
    proposer: parts.proposer ?? { subject: 'system' },
    // Whose label, command or request started this story; they never decide its high-risk actions.
    triggerUser: handleOf(subject.story.startedBy) ?? subject.item.requestedBy,
    projectId: subject.project.id,
    workItemId: subject.item.id,
    idempotencyKey: proposalKey(subject, parts.kind, parts.key),
    notifyWorkflow: parts.waiting ?? subject.story.workflowId,
  };
}

/** Under which key a story proposes: the same one again answers the same action. */
export function proposalKey({ item, story }: Pick<Subject, 'item' | 'story'>, kind: ActionKind, key: string): string {
  return `story:${item.id}:${story.generation}:${kind}:${key}`;
}

/** What the story proposed under this key before, whatever it would say by now; null: nothing. */
export async function proposedBefore(
  deps: Pick<DeliveryDeps, 'actions'>,
  subject: Subject,
  kind: ActionKind,
  key: string,
): Promise<ActionView | null> {
  const before = await deps.actions.byKey(proposalKey(subject, kind, key));
  return before === null ? null : toActionView(before);
}

/** Sending an agent to a task, once per try. */
export function dispatchOf(task: Task, attempt: number): ProposalParts {
  const { id, title, scope, estimate } = task;
  return {
    kind: 'agent.dispatch',
    key: `${id}:${attempt}`,
    args: { task_id: id, title, attempt, scope, estimate, assignee: task.assignee ?? 'unassigned' },
  };
}

/** `person:alice` -> `alice`; null for anybody else. */
export function handleOf(subject: string): string | null {
  return subject.startsWith('person:') ? subject.slice('person:'.length) : null;
}

export function toActionView(action: Action): ActionView {
  const outcome = action.outcome;
  const detail =
    outcome !== null && typeof outcome['error'] === 'string'
      ? outcome['error']
      : outcome !== null && typeof outcome['reason'] === 'string'
        ? outcome['reason']
        : null;
  const code = outcome !== null && typeof outcome['code'] === 'string' ? outcome['code'] : null;
  const again = outcome !== null && typeof outcome['proposed_again'] === 'string' ? outcome['proposed_again'] : null;
  return { id: action.id, status: action.status, supersededBy: action.supersededBy, detail, code, proposedAgain: again };
}
