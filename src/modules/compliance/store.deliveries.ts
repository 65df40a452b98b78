import type { Queryable, Tx } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';

export async function insertDelivery(tx: Tx, recordId: string): Promise<void> {
  await tx.run(sql`insert into compliance_deliveries (record_id) values (${recordId}) on conflict do nothing`);
}

/** The delivery that is due longest, held until the transaction ends; null: none is, or others are at them. */
export async function claimDelivery(tx: Tx): Promise<{ recordId: string; attempts: number } | null> {
  const row = await tx.maybe(sql<{ recordId: string; attempts: number }>`
    select record_id, attempts from compliance_deliveries where state = 'waiting' and next_attempt_at <= clock_timestamp()
    order by next_attempt_at limit 1 for update skip locked`);
  return row ?? null;
}

export async function noteDelivered(tx: Tx, recordId: string): Promise<void> {
  await tx.run(sql`
    update compliance_deliveries set state = 'delivered', delivered_at = clock_timestamp(), attempts = attempts + 1, last_error = null
    where record_id = ${recordId}`);
}

/** `waitS` null: that was the last try. */
export async function noteUndelivered(tx: Tx, recordId: string, error: string, waitS: number | null): Promise<void> {
  await tx.run(sql`
    update compliance_deliveries set attempts = attempts + 1, last_error = ${error}, state = ${waitS === null ? 'dead' : 'waiting'},
      next_attempt_at = clock_timestamp() + make_interval(secs => ${waitS ?? 0})
    where record_id = ${recordId}`);
}

/** False: there is no dead delivery of this record. */
export async function reviveDelivery(on: Queryable, recordId: string): Promise<boolean> {
  const touched = await on.run(sql`
    update compliance_deliveries set state = 'waiting', attempts = 0, next_attempt_at = clock_timestamp() where record_id = ${recordId} and state = 'dead'`);
  return touched > 0;
}

export async function countDeliveries(on: Queryable): Promise<{ waiting: number; delivered: number }> {
  return on.one(sql<{ waiting: number; delivered: number }>`
    select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'delivered') as delivered from compliance_deliveries`);
}

export async function listDead(on: Queryable, limit: number): Promise<Array<{ recordId: string; attempts: number; lastError: string | null }>> {
  return on.all(sql<{ recordId: string; attempts: number; lastError: string | null }>`
    select record_id, attempts, last_error from compliance_deliveries where state = 'dead' order by record_id limit ${limit}`);
}
