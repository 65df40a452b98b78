import type { Clock } from '#kernel/clock.ts';
import type { Ids } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { RetryLimits } from './decide.ts';
import { changeRequestEvent, type ChangeRequestEvent } from './events.ts';
import type { Publish, QueueEntry } from './model.ts';
import type { AdmissionRules, OwnedPath } from './model.rules.ts';
import type { ActionPublication, VerifyRequest, VerifyResult } from './model.verify.ts';

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
}

export const DEFAULT_SETTINGS: MergeQueueSettings = {
  author: { name: 'Reeve', email: 'reeve@localhost' },
  pollMs: 500,
  leaseTtlMs: 10_000,
  concurrency: 2,
  maxRetries: 5,
  maxBaseMoves: 20,
};

/** Everything the queue reaches; wired by app. */
export interface MergeQueueDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  log: Log;
  /** Names this process in leases; unique among the processes on the database. */
  workerId: string;
  mirrors(repositoryId: string): Promise<Mirror>;
  /** Limits of the policy and settings of the project, read at each submission. */
  rules(subject: SubmissionSubject): Promise<AdmissionRules>;
  /** Which of the paths other tasks hold; absent: nobody holds any. */
  ownership?(subject: SubmissionSubject, paths: readonly string[]): Promise<OwnedPath[]>;
  /** Runs the project's checks on exactly this tree. Rejects when `signal` aborts; other rejections count as infrastructure faults. */
  verify(request: VerifyRequest): Promise<VerifyResult>;
  /** Publishes a verified tree by its approved action; idempotent. Absent: such entries are refused at submission. */
  publishByAction?(actionId: string, input: { baseSha: string; tree: string; entry: QueueEntry }): Promise<ActionPublication>;
  /** Tells a waiting workflow (topic `change_request:<id>`); the workflow engine's `send`. */
  notify?(tx: Tx, workflowId: string, topic: string, message: JsonObject, key: string): Promise<void>;
  settings?: Partial<MergeQueueSettings>;
}

export function settingsOf(deps: MergeQueueDeps): MergeQueueSettings {
  return { ...DEFAULT_SETTINGS, ...deps.settings };
}

/** The ledger entry, the event and the message that a transition owes, in its transaction. */
export async function announce(
  deps: MergeQueueDeps,
  tx: Tx,
  type: ChangeRequestEvent,
  told: { entry: QueueEntry; actor: string; reason: string | null },
): Promise<void> {
  const { entry } = told;
  const event = changeRequestEvent(type, entry, told.reason);
  deps.ledger.append(tx, {
    kind: type,
    subject: entry.id,
    actor: told.actor,
    projectId: entry.projectId,
    workItemId: entry.workItemId,
    payload: event.data,
  });
  await deps.outbox.put(tx, event);
  if (entry.notifyWorkflow === null || deps.notify === undefined || type === 'change_request.submitted') return;
  await deps.notify(tx, entry.notifyWorkflow, `change_request:${entry.id}`, event.data, `${entry.id}:${entry.version}`);
}
