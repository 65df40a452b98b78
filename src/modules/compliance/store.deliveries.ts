import type { Queryable, Tx } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';

export async function insertDelivery(tx: Tx, recordId: string): Promise<void> {
  await tx.run(sql`insert into compliance_deliveries (record_id) values (${recordId}) on conflict do nothing`);
}

/** A delivery that is this process's to send until its lease ends; `claim` is its ticket for noting what came of it. */
export interface ClaimedDelivery {
  recordId: string;
  claim: number;
  attempts: number;
  /** When it was claimed. */
  at: Date;
}

/** Claims the delivery that is due longest for `leaseS` seconds, by the database's clock; null: none is, or others are at them. */
export async function claimDelivery(on: Queryable, leaseS: number): Promise<ClaimedDelivery | null> {
  const row = await on.maybe(sql<ClaimedDelivery>`
    update compliance_deliveries set claim = claim + 1, claimed_until = clock_timestamp() + make_interval(secs => ${leaseS})
    where record_id = (
      select record_id from compliance_deliveries where state = 'waiting' and next_attempt_at <= clock_timestamp()
        and (claimed_until is null or claimed_until <= clock_timestamp())
      order by next_attempt_at limit 1 for update skip locked)
    returning record_id, claim, attempts, clock_timestamp() as at`);
  return row ?? null;
}

/** Without effect where the lease ran out and another process is at it by now: that one notes what came of its own sending. */
export async function noteDelivered(on: Queryable, { recordId, claim }: ClaimedDelivery): Promise<void> {
  await on.run(sql`
    update compliance_deliveries set state = 'delivered', delivered_at = clock_timestamp(), attempts = attempts + 1, last_error = null,
      claimed_until = null
    where record_id = ${recordId} and claim = ${claim} and state = 'waiting'`);
}

/** `waitS` null: that was the last try. Without effect where another process is at it by now. */
export async function noteUndelivered(on: Queryable, { recordId, claim }: ClaimedDelivery, error: string, waitS: number | null): Promise<void> {
  await on.run(sql`
    update compliance_deliveries set attempts = attempts + 1, last_error = ${error}, state = ${waitS === null ? 'dead' : 'waiting'},
      claimed_until = null, next_attempt_at = clock_timestamp() + make_interval(secs => ${waitS ?? 0})
    where record_id = ${recordId} and claim = ${claim} and state = 'waiting'`);
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
