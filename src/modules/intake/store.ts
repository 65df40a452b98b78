import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { EventId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { EventFilter, StoredEvent } from './model.ts';

/** An event about to be stored. */
export interface NewEvent extends Omit<StoredEvent, 'receivedAt'> {
  /** Of the bytes, in hexadecimal, where the sender signs them; otherwise null. */
  signedBodySha256: string | null;
}

/**
 * Answers the ids of those that were not there before, by delivery or by signed bytes. A second transaction with the same delivery
 * waits in the unique index for the first: it inserts when the first rolls back, and sees the conflict when the first commits.
 * In the order of their keys, so that two batches with the same deliveries wait for each other in one direction only.
 */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<Set<string>> {
  const column = <T>(value: (event: NewEvent) => T): T[] => events.map(value);
  const inserted = await tx.all(sql<{ id: string }>`
    insert into events (id, source, delivery_id, kind, forge, repository, number, document, note, occurred_at, body_sha256, backfilled)
    select id, source, delivery_id, kind, forge, repository, number, document::jsonb, note, occurred_at::timestamptz, decode(body_sha256, 'hex'), backfilled
    from unnest(${column(({ id }) => id)}::text[], ${column(({ source }) => source)}::text[], ${column(({ deliveryId }) => deliveryId)}::text[],
      ${column(({ kind }) => kind)}::text[], ${column(({ forge }) => forge)}::text[], ${column(({ repository }) => repository)}::text[],
      ${column(({ number }) => number)}::integer[],
      ${column(({ document }) => (document === null ? null : JSON.stringify(document)))}::text[], ${column(({ note }) => note)}::text[],
      ${column(({ occurredAt }) => occurredAt.toISOString())}::text[], ${column(({ signedBodySha256 }) => signedBodySha256)}::text[],
      ${column(({ backfilled }) => backfilled)}::boolean[])
      as event (id, source, delivery_id, kind, forge, repository, number, document, note, occurred_at, body_sha256, backfilled)
    order by source, delivery_id
    on conflict do nothing
    returning id`);
  return new Set(inserted.map(({ id }) => id));
}

export async function insertRaw(tx: Tx, raw: ReadonlyArray<{ eventId: EventId; headers: Record<string, string>; body: Buffer }>): Promise<void> {
  if (raw.length === 0) return;
  await tx.run(sql`insert into raw_events (event_id, headers, body)
    select id, headers::jsonb, body
    from unnest(${raw.map(({ eventId }) => eventId)}::text[], ${raw.map(({ headers }) => JSON.stringify(headers))}::text[],
      ${raw.map(({ body }) => body)}::bytea[]) as raw (id, headers, body)`);
}

/** Of the delivery with this id, or with these signed bytes. */
export async function idOfDelivery(on: Queryable, { source, deliveryId, signedBodySha256 }: NewEvent): Promise<EventId> {
  const row = await on.one(sql<{ id: EventId }>`select id from events
    where source = ${source} and (delivery_id = ${deliveryId} or body_sha256 = decode(${signedBodySha256}::text, 'hex'))
    order by delivery_id = ${deliveryId} desc limit 1`);
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

export async function newestOf(on: Queryable, forge: string, repository: string): Promise<Date | null> {
  const { at } = await on.one(sql<{ at: Date | null }>`
    select max(occurred_at) as at from events where forge = ${forge} and repository = ${repository} and not backfilled`);
  return at;
}

export function newestFrom(on: Queryable, source: string): Promise<{ at: Date; kind: string } | undefined> {
  return on.maybe(sql<{ at: Date; kind: string }>`
    select received_at as at, kind from events where source = ${source} and not backfilled order by id desc limit 1`);
}

export function rawOf(on: Queryable, id: string): Promise<{ headers: JsonObject; body: Buffer; receivedAt: Date } | undefined> {
  return on.maybe(sql`select headers, body, received_at from raw_events where event_id = ${id}`);
}

export function deleteRawOlderThan(on: Queryable, days: number): Promise<number> {
  return on.run(sql`delete from raw_events where received_at < now() - make_interval(days => ${days})`);
}
