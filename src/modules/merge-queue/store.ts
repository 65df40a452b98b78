import type { ChangeRequestId } from '#kernel/ids.ts';
import { sql, type Queryable, type Statement, type Tx } from '#platform/db/index.ts';
import type { Resolution } from './model.history.ts';
import type { Freshness } from '#modules/queue-schedule/index.ts';
import type { ChangeRequestDocument, Publish } from '#modules/change-requests/index.ts';
import type { FileEffect, QueueEntry } from './model.ts';

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
  reworkOf: string | null;
  submittedAt: Date;
}

const nullable = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));

/** By id: the entries that were inserted; an attempt of a task that exists already is left out. */
export async function insertEntries(tx: Tx, entries: readonly NewEntry[]): Promise<Map<string, QueueEntry>> {
  const rows = await tx.all(sql<Omit<QueueEntry, 'document' | 'effect'>>`
    insert into change_requests (id, project_id, repository_id, work_item_id, target, task_id, attempt, document, body_sha256,
      submitted_by, priority, publish, notify_workflow, notes, submitted_tree, effect, freshness, resolution, rework_of, submitted_at,
      updated_at)
    values ${sql.join(entries.map(toValues))}
    on conflict (repository_id, task_id, attempt) do nothing
    returning ${ROW_WITHOUT_CONTENTS}`);
  const given = new Map(entries.map((entry) => [entry.id, entry]));
  return new Map(
    rows.flatMap((row): Array<[string, QueueEntry]> => {
      const entry = given.get(row.id);
      // What was sent a moment ago need not travel back.
      return entry === undefined ? [] : [[row.id, { ...row, document: entry.document, effect: entry.effect }]];
    }),
  );
}

/** `json` rather than `jsonb` for contents: they may hold what jsonb cannot (NUL, unpaired surrogates). */
function toValues(entry: NewEntry): Statement<unknown> {
  const { document } = entry;
  return sql`(${entry.id}, ${entry.projectId}, ${entry.repositoryId}, ${entry.workItemId}, ${document.target}, ${document.task_id}, ${document.attempt},
    ${JSON.stringify(document)}::json, ${entry.bodySha256}, ${entry.submittedBy}, ${entry.priority}::int, ${nullable(entry.publish)}::jsonb,
    ${entry.notifyWorkflow}, ${nullable(entry.notes)}::jsonb, ${entry.submittedTree}, ${nullable(entry.effect)}::json,
    ${nullable(entry.freshness)}::json, ${nullable(entry.resolution)}::json, ${entry.reworkOf}::text, ${entry.submittedAt}::timestamptz, ${entry.submittedAt}::timestamptz)`;
}

/** Everything of a row that is small. */
export const ROW_WITHOUT_CONTENTS = sql.raw(`id, repository_id, target, task_id, attempt, work_item_id, project_id, state, version, rung, retries,
  last_error, quarantine, landed_commit, landed_tree, submitted_at, landed_at, updated_at, submitted_by, priority, publish, notify_workflow,
  notes, submitted_tree, candidate, verified_tree, base_moves, not_before, build, proven_on, suspicion, attribution, freshness, resolution,
  rework_of, closed_reason, body_sha256`);

export interface AttemptKey {
  repositoryId: string;
  taskId: string;
  attempt: number;
}

/** The entries of these attempts with the hash of the body each was submitted with. */
export async function findAttempts(on: Queryable, keys: readonly AttemptKey[]): Promise<Array<QueueEntry & { bodySha256: string }>> {
  const of = <Name extends keyof AttemptKey>(name: Name): Array<AttemptKey[Name]> => keys.map((key) => key[name]);
  return on.all(sql<QueueEntry & { bodySha256: string }>`
    select * from change_requests where (repository_id, task_id, attempt) in
      (select * from unnest(${of('repositoryId')}::text[], ${of('taskId')}::text[], ${of('attempt')}::int[]))`);
}

/** All attempts of these tasks of a repository, oldest first; locked against the worker, so that what is decided about them holds. */
export async function lockAttemptsOfTasks(tx: Tx, repositoryIds: readonly string[], taskIds: readonly string[]): Promise<QueueEntry[]> {
  return tx.all(sql<QueueEntry>`
    select * from change_requests
    where (repository_id, task_id) in (select * from unnest(${[...repositoryIds]}::text[], ${[...taskIds]}::text[])) order by attempt, id for update`);
}

export async function lockEntry(tx: Tx, id: string): Promise<QueueEntry | undefined> {
  return tx.maybe(sql<QueueEntry>`select * from change_requests where id = ${id} for update`);
}

/** Of an entry that stands aside. */
export async function saveClosed(tx: Tx, id: string, reason: string | null): Promise<void> {
  await tx.run(sql`update change_requests set closed_reason = ${reason} where id = ${id}`);
}

/** Which of the ids exist. */
export async function findKnownIds(on: Queryable, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await on.all(sql<{ id: string }>`select id from change_requests where id = any(${ids})`);
  return new Set(rows.map((row) => row.id));
}
