import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { EventId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { EventFilter, StoredEvent } from './model.ts';

/**
 * False when this delivery is there already. A second transaction with the same delivery waits in the unique index for the
 * first: it inserts when the first rolls back, and sees the conflict when the first commits.
 */
export async function insertEvent(tx: Tx, event: Omit<StoredEvent, 'receivedAt'>): Promise<boolean> {
  const inserted = await tx.run(sql`insert into events (id, source, delivery_id, kind, forge, repository, number, document, note, occurred_at)
    values (${event.id}, ${event.source}, ${event.deliveryId}, ${event.kind}, ${event.forge}, ${event.repository}, ${event.number},
      ${event.document === null ? null : json(event.document)}, ${event.note}, ${event.occurredAt})
    on conflict (source, delivery_id) do nothing`);
  return inserted > 0;
}

export async function insertRaw(tx: Tx, raw: { eventId: EventId; headers: Record<string, string>; body: Buffer }): Promise<void> {
  await tx.run(sql`insert into raw_events (event_id, headers, body) values (${raw.eventId}, ${json(raw.headers)}, ${raw.body})`);
}

export async function idOfDelivery(on: Queryable, source: string, deliveryId: string): Promise<EventId> {
  const row = await on.one(sql<{ id: EventId }>`select id from events where source = ${source} and delivery_id = ${deliveryId}`);
  return row.id;
}

export function eventById(on: Queryable, id: string): Promise<StoredEvent | undefined> {
  return on.maybe(sql<StoredEvent>`select * from events where id = ${id}`);
}

export function listEvents(on: Queryable, filter: EventFilter): Promise<StoredEvent[]> {
  const { source = null, kind = null, forge = null, repository = null, number = null } = filter;
  return on.all(sql<StoredEvent>`select * from events
    where id > ${filter.cursor ?? ''}
      and (${source}::text is null or source = ${source})
      and (${kind}::text is null or kind = ${kind})
      and (${forge}::text is null or forge = ${forge})
      and (${repository}::text is null or repository = ${repository})
      and (${number}::integer is null or number = ${number})
    order by id limit ${filter.limit + 1}`);
}

export function rawOf(on: Queryable, id: string): Promise<{ headers: JsonObject; body: Buffer; receivedAt: Date } | undefined> {
  return on.maybe(sql`select headers, body, received_at from raw_events where event_id = ${id}`);
}

export function deleteRawOlderThan(on: Queryable, days: number): Promise<number> {
  return on.run(sql`delete from raw_events where received_at < now() - make_interval(days => ${days})`);
}
