import type { ChangeRequestId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { Resolution } from './model.history.ts';
import type { Freshness } from './model.schedule.ts';
import type { ChangeRequestDocument, EntryState, FileEffect, Publish, QueueEntry } from './model.ts';

/** `json` rather than `jsonb`: file contents and conflicts may hold what jsonb cannot (NUL, unpaired surrogates). */
const verbatim = (value: unknown) => (value === null ? sql`null` : sql`${JSON.stringify(value)}::json`);

const orNull = (value: object | null) => (value === null ? sql`null` : json(value));

export interface NewEntry {
  id: ChangeRequestId;
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
  document: ChangeRequestDocument;
  bodySha256: string;
  submittedBy: string;
  priority: number;
  publish: Publish;
  notifyWorkflow: string | null;
  notes: string[];
  submittedTree: string;
  effect: FileEffect[];
  freshness: Freshness | null;
  resolution?: Resolution | null;
  submittedAt: Date;
}

/** Undefined when this attempt of the task exists already. */
export async function insertEntry(tx: Tx, entry: NewEntry): Promise<QueueEntry | undefined> {
  const { document } = entry;
  return tx.maybe(sql<QueueEntry>`
    insert into change_requests (id, project_id, repository_id, work_item_id, target, task_id, attempt, document, body_sha256,
      submitted_by, priority, publish, notify_workflow, notes, submitted_tree, effect, freshness, resolution, submitted_at,
      updated_at)
    values (${entry.id}, ${entry.projectId}, ${entry.repositoryId}, ${entry.workItemId}, ${document.target}, ${document.task_id}, ${document.attempt},
      ${verbatim(document)}, ${entry.bodySha256}, ${entry.submittedBy}, ${entry.priority}, ${json(entry.publish)}, ${entry.notifyWorkflow},
      ${json(entry.notes)}, ${entry.submittedTree}, ${verbatim(entry.effect)}, ${verbatim(entry.freshness)},
      ${verbatim(entry.resolution ?? null)}, ${entry.submittedAt}, ${entry.submittedAt})
    on conflict (repository_id, task_id, attempt) do nothing
    returning *`);
}

/** What a transition may change; the rest of a row is fixed at submission. */
export type EntryChange = Partial<
  Pick<
    QueueEntry,
    | 'rung'
    | 'retries'
    | 'baseMoves'
    | 'notBefore'
    | 'lastError'
    | 'quarantine'
    | 'candidate'
    | 'verifiedTree'
    | 'landedCommit'
    | 'landedTree'
    | 'landedAt'
    | 'build'
    | 'provenOn'
    | 'suspicion'
    | 'attribution'
  >
>;

export interface Transition {
  to: EntryState;
  /** Name in the journal. */
  event: string;
  actor: string;
  detail: JsonObject;
  change: EntryChange;
  at: Date;
}

/**
 * Moves an entry on, if it still is at the version that was read, and writes the journal row in the same transaction.
 * Undefined when somebody else moved it first.
 */
export async function transitionEntry(tx: Tx, entry: QueueEntry, move: Transition): Promise<QueueEntry | undefined> {
  const next = { ...entry, ...move.change };
  const updated = await tx.maybe(sql<QueueEntry>`
    update change_requests set state = ${move.to}, version = version + 1, rung = ${next.rung}, retries = ${next.retries}, base_moves = ${next.baseMoves},
      not_before = ${next.notBefore}, last_error = ${storable(next.lastError)}, quarantine = ${verbatim(next.quarantine)},
      candidate = ${orNull(next.candidate)}, verified_tree = ${next.verifiedTree},
      build = ${orNull(next.build)}, proven_on = ${orNull(next.provenOn)}, suspicion = ${orNull(next.suspicion)}, attribution = ${orNull(next.attribution)},
      landed_commit = ${next.landedCommit}, landed_tree = ${next.landedTree}, landed_at = ${next.landedAt}, updated_at = ${move.at}
    where id = ${entry.id} and version = ${entry.version}
    returning *`);
  if (updated === undefined) return undefined;
  await appendJournal(tx, updated, entry.state, move);
  return updated;
}

export async function appendJournal(
  tx: Tx,
  entry: QueueEntry,
  fromState: EntryState | null,
  row: Pick<Transition, 'event' | 'actor' | 'detail' | 'at'>,
): Promise<void> {
  await tx.run(sql`
    insert into change_request_journal (change_request_id, version, at, event, from_state, to_state, actor, detail)
    values (${entry.id}, ${entry.version}, ${row.at}, ${row.event}, ${fromState}, ${entry.state}, ${row.actor}, ${verbatim(row.detail)})`);
}

/** A text column cannot hold NUL; errors of programs sometimes do. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

/** The entry of one attempt with the hash of the body it was submitted with. */
export async function findAttempt(
  on: Queryable,
  key: { repositoryId: string; taskId: string; attempt: number },
): Promise<(QueueEntry & { bodySha256: string }) | undefined> {
  return on.maybe(sql<QueueEntry & { bodySha256: string }>`
    select * from change_requests where repository_id = ${key.repositoryId} and task_id = ${key.taskId} and attempt = ${key.attempt}`);
}

/** Locked against the worker, so that what is decided about them holds. */
export async function lockAttemptsOfTask(tx: Tx, key: { repositoryId: string; taskId: string }): Promise<QueueEntry[]> {
  return tx.all(
    sql<QueueEntry>`select * from change_requests where repository_id = ${key.repositoryId} and task_id = ${key.taskId} order by attempt for update`,
  );
}

export async function lockEntry(tx: Tx, id: string): Promise<QueueEntry | undefined> {
  return tx.maybe(sql<QueueEntry>`select * from change_requests where id = ${id} for update`);
}

/** Which of the ids exist. */
export async function findKnownIds(on: Queryable, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await on.all(sql<{ id: string }>`select id from change_requests where id = any(${ids})`);
  return new Set(rows.map((row) => row.id));
}
