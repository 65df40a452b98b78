import type { JsonObject } from '#kernel/json.ts';
import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { ChangeRequestDocument } from '#modules/change-requests/index.ts';
import type { FileEffect, QueueEntry } from './model.ts';
import type { LandedRow, TargetMoveRow } from './model.history.ts';
import type { TargetKey } from './store.targets.ts';

/** What put commits on a target, in the order in which it happened: landings, and landings taken back by the queue itself. */
export async function listLandings(on: Queryable, key: TargetKey): Promise<LandedRow[]> {
  const rows = await on.all(sql<{ changeRequestId: string; ordinal: number; event: 'landed' | 'reverted'; at: Date; detail: JsonObject }>`
    select journal.change_request_id, journal.ordinal, journal.event, journal.at, journal.detail
    from change_request_journal journal
    join change_requests entry on entry.id = journal.change_request_id
    where journal.event in ('landed', 'reverted') and entry.repository_id = ${key.repositoryId} and entry.target = ${key.target}
    order by journal.ordinal`);
  return rows.map(({ detail, ...row }) => ({
    ...row,
    head: text(detail['head']),
    commit: text(detail['commit']),
    tree: text(detail['tree']),
    rung: text(detail['rung']),
    reverted: text(detail['reverted']) || null,
  }));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export async function listMoves(on: Queryable, key: TargetKey): Promise<TargetMoveRow[]> {
  return on.all(sql<TargetMoveRow>`
    select * from queue_target_moves where repository_id = ${key.repositoryId} and target = ${key.target} order by ordinal`);
}

export async function insertMove(
  tx: Tx,
  key: TargetKey,
  move: Pick<TargetMoveRow, 'at' | 'kind' | 'fromCommit' | 'toCommit' | 'toTree' | 'commits' | 'lost'>,
): Promise<void> {
  await tx.run(sql`
    insert into queue_target_moves (repository_id, target, at, kind, from_commit, to_commit, to_tree, commits, lost)
    values (${key.repositoryId}, ${key.target}, ${move.at}, ${move.kind}, ${move.fromCommit}, ${move.toCommit}, ${move.toTree},
      ${JSON.stringify(move.commits)}::json, ${json(move.lost)})`);
}

/** Rewritten targets nobody took note of yet, newest first; of all targets or of one. */
export async function listAlarms(on: Queryable, key: TargetKey | null): Promise<TargetMoveRow[]> {
  return on.all(sql<TargetMoveRow>`
    select * from queue_target_moves
    where kind = 'rewritten' and dismissed_at is null
      and (${key?.repositoryId ?? null}::text is null or (repository_id = ${key?.repositoryId ?? null} and target = ${key?.target ?? null}))
    order by ordinal desc limit 100`);
}

/** Undefined when there is no such alarm, or somebody took note before. */
export async function dismissAlarm(tx: Tx, ordinal: number, by: { actor: string; reason: string; at: Date }): Promise<TargetMoveRow | undefined> {
  return tx.maybe(sql<TargetMoveRow>`
    update queue_target_moves set dismissed_by = ${by.actor}, dismissed_reason = ${by.reason}, dismissed_at = ${by.at}
    where ordinal = ${ordinal} and kind = 'rewritten' and dismissed_at is null
    returning *`);
}

/** What a rollback looks at of a landing. */
export interface LandedEntry {
  id: string;
  taskId: string;
  summary: string;
  dependsOn: string[];
  effect: FileEffect[];
  landedCommit: string;
  landedTree: string;
  landedAt: Date;
}

const landedColumns = sql.raw(`id, task_id, document ->> 'summary' as summary, document -> 'intent' -> 'depends_on' as depends_on, effect,
  landed_commit, landed_tree, landed_at`);

/** What is landed on a target since `from` (inclusive), oldest first. */
export async function listLandedSince(on: Queryable, key: TargetKey, from: Date): Promise<LandedEntry[]> {
  return on.all(sql<LandedEntry>`
    select ${landedColumns} from change_requests
    where repository_id = ${key.repositoryId} and target = ${key.target} and state = 'landed' and landed_at >= ${from}
    order by landed_at, id`);
}

/** What landed by one of these commits. */
export async function listLandedOf(on: Queryable, key: TargetKey, commits: readonly string[]): Promise<LandedEntry[]> {
  return on.all(sql<LandedEntry>`
    select ${landedColumns} from change_requests
    where repository_id = ${key.repositoryId} and target = ${key.target} and state = 'landed' and landed_commit = any(${[...commits]})
    order by landed_at, id`);
}

/** Change requests that are not ended and name one of these ids (or another attempt of its task). */
export async function listWaitingOn(on: Queryable, ids: readonly string[]): Promise<Array<{ id: string; summary: string }>> {
  return on.all(sql<{ id: string; summary: string }>`
    select entry.id, entry.document ->> 'summary' as summary
    from change_requests entry
    where entry.state in ('queued', 'merging', 'verifying', 'publishing') and exists (
      select 1 from json_array_elements_text(entry.document -> 'intent' -> 'depends_on') as needed (id)
      join change_requests named on named.id = needed.id
      join change_requests target on target.repository_id = named.repository_id and target.task_id = named.task_id
      where target.id = any(${[...ids]}))
    order by entry.id`);
}

/** The highest attempt of a task. */
export async function lastAttempt(on: Queryable, key: { repositoryId: string; taskId: string }): Promise<QueueEntry | undefined> {
  return on.maybe(sql<QueueEntry>`
    select * from change_requests where repository_id = ${key.repositoryId} and task_id = ${key.taskId} order by attempt desc limit 1`);
}

/** A confirmed rollback, or a landing that is put back. */
export interface RollbackRow extends TargetKey {
  id: string;
  kind: 'rollback' | 'reland';
  projectId: string;
  document: ChangeRequestDocument;
  documentSha256: string;
  /** Newest landing first. */
  rollsBack: string[];
  actionId: string | null;
  state: 'waiting' | 'submitted' | 'given_up';
  detail: string | null;
  changeRequestId: string | null;
  requestedBy: string;
  reason: string;
  createdAt: Date;
  updatedAt: Date;
}

export async function insertRollback(tx: Tx, row: Omit<RollbackRow, 'updatedAt' | 'changeRequestId' | 'detail'>): Promise<void> {
  await tx.run(sql`
    insert into queue_rollbacks (id, kind, project_id, repository_id, target, document, document_sha256, rolls_back, action_id, state, requested_by, reason,
      created_at, updated_at)
    values (${row.id}, ${row.kind}, ${row.projectId}, ${row.repositoryId}, ${row.target}, ${JSON.stringify(row.document)}::json, ${row.documentSha256},
      ${json(row.rollsBack)}, ${row.actionId}, ${row.state}, ${row.requestedBy}, ${row.reason}, ${row.createdAt}, ${row.createdAt})`);
}

export async function findRollback(on: Queryable, id: string): Promise<RollbackRow | undefined> {
  return on.maybe(sql<RollbackRow>`select * from queue_rollbacks where id = ${id}`);
}

export async function listWaitingRollbacks(on: Queryable, actionId: string): Promise<RollbackRow[]> {
  return on.all(sql<RollbackRow>`select * from queue_rollbacks where action_id = ${actionId} and state = 'waiting'`);
}

/** What was confirmed and neither submitted nor given up; oldest first. */
export async function listUnsettledRollbacks(on: Queryable): Promise<RollbackRow[]> {
  return on.all(sql<RollbackRow>`select * from queue_rollbacks where state = 'waiting' order by created_at limit 200`);
}

export async function settleRollback(
  on: Queryable,
  id: string,
  to: { state: 'submitted' | 'given_up'; changeRequestId: string | null; detail: string | null; at: Date },
): Promise<void> {
  await on.run(sql`
    update queue_rollbacks set state = ${to.state}, change_request_id = ${to.changeRequestId}, detail = ${to.detail}, updated_at = ${to.at}
    where id = ${id} and state = 'waiting'`);
}

/** Rollbacks that name the entry, or that it is; newest first. */
export async function listRollbacksOf(on: Queryable, entryId: string): Promise<RollbackRow[]> {
  return on.all(sql<RollbackRow>`
    select * from queue_rollbacks where change_request_id = ${entryId} or rolls_back @> ${json([entryId])} order by created_at desc, id desc`);
}
