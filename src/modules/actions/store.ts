import type { ActionId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { Facts, PolicyDecision } from '#modules/policy/index.ts';
import type { Action, ActionFilter, ActionRecord, ActionStatus, Authorization } from './model.ts';

/** An action with what only the executor needs. */
export interface ActionRow extends Action {
  requestHash: string;
  facts: Facts;
  authorization: Authorization | null;
  notifyWorkflow: string | null;
  runBy: 'caller' | 'executor';
  attempt: number;
  /** The trace the proposal began in (W3C), or null when nothing was traced. */
  traceparent: string | null;
}

const columns = sql`id, request_hash, record, digest, status, decision, facts, "authorization", project_id, work_item_id, notify_workflow,
  run_by, supersedes, superseded_by, outcome, attempt, traceparent, created_at, expires_at, executed_at,
  (select min(started_at) from action_intents where action_id = actions.id) as tried_since`;

export function toAction(row: ActionRow): Action {
  const { id, record, digest, status, decision, projectId, workItemId, supersedes, supersededBy, outcome, createdAt, expiresAt, executedAt } = row;
  const { triedSince = null } = row;
  return {
    id,
    record,
    digest,
    status,
    decision,
    projectId,
    workItemId,
    supersedes,
    supersededBy,
    outcome,
    createdAt,
    expiresAt,
    executedAt,
    triedSince,
  };
}

/** The database's clock, in whole milliseconds. */
export async function databaseNow(on: Queryable): Promise<Date> {
  return (await on.one(sql<{ now: Date }>`select date_trunc('milliseconds', clock_timestamp()) as now`)).now;
}

export interface NewAction {
  idempotencyKey: string;
  requestHash: string;
  record: ActionRecord;
  digest: string;
  status: ActionStatus;
  decision: PolicyDecision;
  facts: Facts;
  authorization: Authorization | null;
  projectId: string | null;
  workItemId: string | null;
  notifyWorkflow: string | null;
  runBy: 'caller' | 'executor';
  supersedes: ActionId | null;
  outcome: JsonObject | null;
  traceparent: string | null;
}

/** Null when the key is taken (also by a transaction that just committed). */
export async function insertAction(tx: Tx, action: NewAction): Promise<ActionRow | null> {
  const { record } = action;
  const row = await tx.maybe(sql<ActionRow>`
    insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, "authorization", project_id,
      work_item_id, notify_workflow, run_by, supersedes, outcome, traceparent, created_at, expires_at)
    values (${record.action_id}, ${action.idempotencyKey}, ${action.requestHash}, ${record.kind}, ${json(record)}, ${action.digest},
      ${action.status}, ${json(action.decision)}, ${json(action.facts)}, ${action.authorization === null ? null : json(action.authorization)},
      ${action.projectId}, ${action.workItemId}, ${action.notifyWorkflow}, ${action.runBy}, ${action.supersedes},
      ${action.outcome === null ? null : json(action.outcome)}, ${action.traceparent}, ${record.created_at}::timestamptz, ${record.expires_at}::timestamptz)
    on conflict (idempotency_key) do nothing returning ${columns}`);
  return row ?? null;
}

export async function findByKey(on: Queryable, idempotencyKey: string): Promise<ActionRow | null> {
  return (await on.maybe(sql<ActionRow>`select ${columns} from actions where idempotency_key = ${idempotencyKey}`)) ?? null;
}

export async function findAction(on: Queryable, id: string): Promise<ActionRow | null> {
  return (await on.maybe(sql<ActionRow>`select ${columns} from actions where id = ${id}`)) ?? null;
}

/** Several at once, in no order; those that are not there are left out. */
export async function findActions(on: Queryable, ids: readonly string[]): Promise<ActionRow[]> {
  if (ids.length === 0) return [];
  return on.all(sql<ActionRow>`select ${columns} from actions where id = any(${[...ids]}::text[])`);
}

/** Newest first; one more than `limit`. */
export async function listActions(on: Queryable, filter: ActionFilter): Promise<ActionRow[]> {
  const conditions = [sql`true`];
  if (filter.cursor !== undefined) conditions.push(sql`id < ${filter.cursor}`);
  if (filter.status !== undefined) conditions.push(sql`status = ${filter.status}`);
  if (filter.kind !== undefined) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.workItemId !== undefined) conditions.push(sql`work_item_id = ${filter.workItemId}`);
  if (filter.projectId !== undefined) conditions.push(sql`project_id = ${filter.projectId}`);
  if (filter.projectIds !== undefined) conditions.push(sql`project_id = any(${[...filter.projectIds]}::text[])`);
  return on.all(sql<ActionRow>`select ${columns} from actions where ${sql.join(conditions, sql` and `)} order by id desc limit ${filter.limit + 1}`);
}

export interface Change {
  status: ActionStatus;
  outcome?: JsonObject;
  authorization?: Authorization;
  supersededBy?: string;
}

/** Moves an action that is in one of `from`; null when it is elsewhere (for example executing). */
export async function moveAction(tx: Tx, id: string, from: readonly ActionStatus[], change: Change): Promise<ActionRow | null> {
  const row = await tx.maybe(sql<ActionRow>`
    update actions set status = ${change.status},
      outcome = coalesce(${change.outcome === undefined ? null : json(change.outcome)}, outcome),
      "authorization" = coalesce(${change.authorization === undefined ? null : json(change.authorization)}, "authorization"),
      superseded_by = coalesce(${change.supersededBy ?? null}, superseded_by)
    where id = ${id} and status = any(${from}::text[]) returning ${columns}`);
  return row ?? null;
}
