import { sql, type Queryable } from '#platform/db/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';

export interface WaitingDelivery {
  seq: number;
  deliveryId: string;
  type: string;
  payload: ForgeEvent;
}

/** What was not delivered yet, oldest first. Two processes may read the same: the receiver knows a delivery by its id. */
export function waitingDeliveries(on: Queryable, limit: number): Promise<WaitingDelivery[]> {
  return on.all(
    sql<WaitingDelivery>`select seq, delivery_id, type, payload from local_deliveries where delivered_at is null order by seq limit ${limit}`,
  );
}

export async function markDelivered(on: Queryable, seq: number): Promise<void> {
  await on.run(sql`update local_deliveries set delivered_at = now() where seq = ${seq}`);
}

export function deleteDelivered(on: Queryable, olderThanDays: number): Promise<number> {
  return on.run(sql`delete from local_deliveries where delivered_at < now() - make_interval(days => ${olderThanDays})`);
}

/** Whether a push of this commit to this branch was told, so that a repeated try does not tell it again. */
export async function isPushTold(on: Queryable, repository: string, branch: string, after: string): Promise<boolean> {
  const row = await on.one(sql<{ told: boolean }>`select exists (select from local_deliveries where type = 'push'
    and payload -> 'repo' ->> 'name' = ${repository} and payload ->> 'branch' = ${branch} and payload ->> 'after' = ${after}) as told`);
  return row.told;
}

/** Who put a label on an issue last, as it was told, while that is kept. An issue that was opened with it had it from its author. */
export async function labelTold(on: Queryable, repository: string, number: number, label: string): Promise<{ actor: string; at: string } | null> {
  const row = await on.maybe(sql<{ actor: string; at: string }>`
    select payload ->> 'actor' as actor, payload ->> 'occurred_at' as at from local_deliveries
    where type in ('issue.labeled', 'issue.opened')
      and payload -> 'repo' ->> 'name' = ${repository} and (payload -> 'issue' ->> 'number')::integer = ${number}
      and (lower(payload ->> 'label') = lower(${label})
        or (type = 'issue.opened' and exists (select from jsonb_array_elements_text(payload -> 'issue' -> 'labels') as had (name)
          where lower(had.name) = lower(${label}))))
    order by seq desc limit 1`);
  return row ?? null;
}
