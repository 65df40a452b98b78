import type { Clock } from '#kernel/clock.ts';
import type { Ids } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Mirror, Scratch } from '#ports/git.ts';
import type { RetryLimits } from './decide.ts';
import type { EntryOrigin } from './decide.summary.ts';
import { changeRequestEvent, type ChangeRequestEvent } from './events.ts';
import type { Publish, AdmissionRules, OwnedPath } from '#modules/change-requests/index.ts';
import type { QueueEntry } from './model.ts';
import type { LadderRules, RegenerateRequest, RegenerateResult } from './model.ladder.ts';
import type { CombinedMode } from '#modules/queue-schedule/index.ts';
import type { ActionPublication, VerifyRequest, VerifyResult } from './model.verify.ts';
import type { FindSecrets } from './steps.secrets.ts';

/** What the rules and the ownership of paths are asked for. */
export interface SubmissionSubject {
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
  taskId: string;
  target: string;
  publish: Publish;
}

export interface MergeQueueSettings extends RetryLimits {
  /** Author and committer of landing commits. */
  author: { name: string; email: string };
  /** How often the rows are looked at when nothing wakes the loop. */
  pollMs: number;
  /** A worker silent for so long loses its targets. */
  leaseTtlMs: number;
  /** Verifications at once in this process. */
  concurrency: number;
  /** How long a change waits for a target that fails its checks without it, before it is set aside all the same. */
  headPatienceMs: number;
}

/** How a project's targets are scheduled. */
export interface Scheduling {
  /** Builds of one target that are verified side by side. */
  lanes: number;
  /** Most change requests in one build of a lane, whatever the failure rate allows. */
  mostBatch: number;
  /** Commits a change may be behind its target at submission before it is marked and goes first. */
  freshnessBudget: number;
  combined: CombinedMode;
}

/** Agents' changes are best at most five commits behind; the combined tree is verified before it lands. */
export const DEFAULT_SCHEDULING: Scheduling = { lanes: 2, mostBatch: 8, freshnessBudget: 5, combined: 'before' };

export const DEFAULT_SETTINGS: MergeQueueSettings = {
  author: { name: 'Reeve', email: 'reeve@localhost' },
  pollMs: 500,
  leaseTtlMs: 10_000,
  concurrency: 2,
  maxRetries: 5,
  maxBaseMoves: 20,
  headPatienceMs: 10 * 60_000,
};

/** Everything the queue reaches; wired by app. */
export interface MergeQueueDeps {
  /** Looks for secrets in new content; what it finds is not admitted. Without it nothing is looked for. */
  findSecrets?: FindSecrets;
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put' | 'putAll'>;
  log: Log;
  /** Names this process in leases: the id under which it runs workflows, by which others see that it was lost. */
  workerId: string;
  mirrors(repositoryId: string): Promise<Mirror>;
  /** Limits of the policy and settings of the project, read at each submission. */
  rules(subject: SubmissionSubject): Promise<AdmissionRules>;
  /** Which of the paths other tasks hold; absent: what the queue's own scope claims say (`claimScope`). */
  ownership?(subject: SubmissionSubject, paths: readonly string[]): Promise<OwnedPath[]>;
  /** How the project wants its targets scheduled; absent: `DEFAULT_SCHEDULING`. */
  scheduling?(projectId: string): Promise<Partial<Scheduling>>;
  /** Files whose behaviour a change of `files` may alter (what imports them), in the given tree; absent: nobody knows. */
  impact?(subject: { repositoryId: string; tree: string; files: readonly string[] }): Promise<ReadonlySet<string>>;
  /** Runs the project's checks on exactly this tree. Rejects when `signal` aborts; other rejections count as infrastructure faults. */
  verify(request: VerifyRequest): Promise<VerifyResult>;
  /** Which rungs above git's own merge the project allows; absent: none. */
  ladder?(entry: Pick<QueueEntry, 'projectId' | 'repositoryId'>): Promise<LadderRules>;
  /** Runs the project's commands that write generated files; absent: there are none. Rejects when `signal` aborts. */
  regenerate?(request: RegenerateRequest): Promise<RegenerateResult>;
  /** Publishes a verified tree by its approved action; idempotent. Absent: such entries are refused at submission. */
  publishByAction?(actionId: string, input: { baseSha: string; tree: string; entry: QueueEntry }): Promise<ActionPublication>;
  /** Tells a waiting workflow (topic `change_request:<id>`); the workflow engine's `send`. */
  notify?(tx: Tx, workflowId: string, topic: string, message: JsonObject, key: string): Promise<void>;
  /** A scratch repository that reads a mirror's objects and writes none of them; absent: nothing can be replayed. */
  scratch?(of: Mirror): Promise<Scratch>;
  /**
   * Proposes the push that brings a verified tree to a branch outside, in one transaction with `also`, which may run more than once. Absent:
   * this installation cannot push.
   */
  proposePush?<T>(push: PushProposal, also: (tx: Tx, actionId: string) => Promise<T>): Promise<T>;
  /** Where a change request came from: what the modules above know of its request, plan, task, run and approval. */
  origin?(entry: QueueEntry): Promise<Partial<EntryOrigin>>;
  /** Status of an action; null: there is none. */
  actionStatus?(actionId: string): Promise<string | null>;
  settings?: Partial<MergeQueueSettings>;
}

/** What the approval of a push is bound to beside the branch. */
export interface PushProposal {
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
  target: string;
  /** Names the change request and the SHA-256 of its document. */
  subject: string;
  /** `Actor.subject` of the person who asked. */
  by: string;
  key: string;
}

export async function schedulingOf(deps: Pick<MergeQueueDeps, 'scheduling'>, projectId: string): Promise<Scheduling> {
  return { ...DEFAULT_SCHEDULING, ...(await deps.scheduling?.(projectId)) };
}

const NO_LADDER: LadderRules = { structuredMerge: false, hasChecks: false, regenerate: {} };

export async function ladderOf(deps: Pick<MergeQueueDeps, 'ladder'>, entry: Pick<QueueEntry, 'projectId' | 'repositoryId'>): Promise<LadderRules> {
  return (await deps.ladder?.(entry)) ?? NO_LADDER;
}

export function settingsOf(deps: MergeQueueDeps): MergeQueueSettings {
  return { ...DEFAULT_SETTINGS, ...deps.settings };
}

export interface Told {
  type: ChangeRequestEvent;
  entry: QueueEntry;
  actor: string;
  reason: string | null;
}

/** The ledger entry, the event and the message that a transition owes, in its transaction. */
export function announce(deps: MergeQueueDeps, tx: Tx, type: ChangeRequestEvent, told: Omit<Told, 'type'>): Promise<void> {
  return announceAll(deps, tx, [{ ...told, type }]);
}

/** What several transitions of one transaction owe, in their order. */
export async function announceAll(deps: MergeQueueDeps, tx: Tx, all: readonly Told[]): Promise<void> {
  const events = all.map(({ type, entry, reason }) => changeRequestEvent(type, entry, reason));
  for (const [at, { type, entry, actor }] of all.entries()) {
    const payload = events[at]?.data ?? {};
    deps.ledger.append(tx, { kind: type, subject: entry.id, actor, projectId: entry.projectId, workItemId: entry.workItemId, payload });
  }
  await deps.outbox.putAll(tx, events);
  for (const [at, { type, entry }] of all.entries()) {
    if (entry.notifyWorkflow === null || deps.notify === undefined || type === 'change_request.submitted') continue;
    await deps.notify(tx, entry.notifyWorkflow, `change_request:${entry.id}`, events[at]?.data ?? {}, `${entry.id}:${entry.version}`);
  }
}
