import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { ActionRow } from './store.ts';

export interface Intent {
  actionId: string;
  /** Attempts seen when it was decided to go on: fences whoever decided earlier. */
  attempt: number;
  executor: { id: string; epoch: number };
  policyHash: string;
  context: JsonObject;
}

/** Counts one more attempt and writes its intent; false when somebody else went on meanwhile. */
export async function startAttempt(tx: Tx, intent: Intent): Promise<boolean> {
  const { actionId, attempt, executor } = intent;
  const moved = await tx.run(sql`
    update actions set status = 'executing', attempt = attempt + 1, last_error = null, next_attempt_at = null
    where id = ${actionId} and attempt = ${attempt} and status in ('approved', 'executing')
      and not exists (select 1 from action_intents where action_id = ${actionId} and executor_id = ${executor.id} and executor_epoch > ${executor.epoch})`);
  if (moved === 0) return false;
  await tx.run(sql`
    insert into action_intents (action_id, attempt, executor_id, executor_epoch, policy_hash, context)
    values (${actionId}, ${attempt + 1}, ${executor.id}, ${executor.epoch}, ${intent.policyHash}, ${json(intent.context)})`);
  return true;
}

/** The one receipt of an effect; false when the attempt is no longer the current one. */
export async function writeReceipt(tx: Tx, row: ActionRow, attempt: number, result: JsonObject): Promise<boolean> {
  const moved = await tx.run(sql`
    update actions set status = 'executed', outcome = ${json(result)}, executed_at = now(), last_error = null, next_attempt_at = null
    where id = ${row.id} and status = 'executing' and attempt = ${attempt}`);
  if (moved === 0) return false;
  await tx.run(sql`insert into action_receipts (action_id, digest, attempt, result) values (${row.id}, ${row.digest}, ${attempt}, ${json(result)})`);
  return true;
}

/** Ends an action without receipt (`failed` or `shadowed`); false when the attempt is no longer the current one. */
export async function endWithoutReceipt(tx: Tx, id: string, attempt: number, status: 'failed' | 'shadowed', outcome: JsonObject): Promise<boolean> {
  const moved = await tx.run(sql`
    update actions set status = ${status}, outcome = ${json(outcome)}, next_attempt_at = null
    where id = ${id} and status in ('approved', 'executing') and attempt = ${attempt}`);
  return moved > 0;
}

export interface FailedAttempt {
  id: string;
  attempt: number;
  /** Known to have had no effect: the action is merely approved again. */
  undone: boolean;
  error: string;
  delayS: number;
}

export async function noteFailedAttempt(db: Db, failed: FailedAttempt): Promise<void> {
  await db.run(sql`
    update actions set last_error = ${failed.error}, next_attempt_at = now() + make_interval(secs => ${failed.delayS}),
      status = case when ${failed.undone} then 'approved' else status end
    where id = ${failed.id} and attempt = ${failed.attempt} and status = 'executing'`);
}

/** Actions the sweep should look at, the longest waiting first. */
export async function listDue(db: Db, limit: number): Promise<string[]> {
  const rows = await db.all(sql<{ id: string }>`
    select id from actions where run_by = 'executor' and status in ('approved', 'executing') and (next_attempt_at is null or next_attempt_at <= now())
    order by next_attempt_at nulls first, id limit ${limit}`);
  return rows.map((row) => row.id);
}
