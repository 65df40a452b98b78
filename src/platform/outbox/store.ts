import type { PublishedEvent } from '#kernel/event.ts';
import type { JsonObject } from '#kernel/json.ts';
import { sql, type Db, type Queryable, type Tx } from '#platform/db/index.ts';

/** NOTIFY channel: something was published. */
export const CHANNEL = 'reeve_outbox';

// Held to the end of a placing transaction: positions become visible in the order in which they were given.
const PLACE_LOCK = 7_233_311_003;

interface EventRow {
  seq: number;
  id: string;
  type: string;
  subject: string;
  workItemId: string | null;
  projectId: string | null;
  data: JsonObject;
  occurredAt: Date;
}

const COLUMNS = sql.raw('seq, id, type, subject, work_item_id, project_id, data, occurred_at');

/** Writes in this order and notifies, in one round trip; listeners hear of it when the transaction commits. */
export async function insertEvents(tx: Tx, events: ReadonlyArray<Omit<PublishedEvent, 'seq'>>): Promise<void> {
  await tx.all(sql`
    with put as (
      insert into outbox (id, type, subject, work_item_id, project_id, data, occurred_at)
      select id, type, subject, work_item_id, project_id, data::jsonb, occurred_at::timestamptz
      from unnest(${events.map(({ id }) => id)}::text[], ${events.map(({ type }) => type)}::text[], ${events.map(({ subject }) => subject)}::text[],
        ${events.map(({ workItemId }) => workItemId ?? null)}::text[], ${events.map(({ projectId }) => projectId ?? null)}::text[],
        ${events.map(({ data }) => JSON.stringify(data))}::text[], ${events.map(({ occurredAt }) => occurredAt.toISOString())}::text[])
        with ordinality as event (id, type, subject, work_item_id, project_id, data, occurred_at, place)
      order by place
      returning 1
    )
    select pg_notify(${CHANNEL}, '') from put limit 1`);
}

/**
 * Gives committed events their positions. A number drawn by the writer (serial, identity, transaction id) says when it was
 * drawn; a reader that went past it before the writer committed would never see the event. Given afterwards, one
 * transaction at a time, a position can only be larger than every position anybody has read.
 */
export async function placeEvents({ pool }: Pick<Db, 'pool'>): Promise<void> {
  // One round trip and one transaction, but two statements: the snapshot of the second must be newer than the lock.
  await pool.query(`
    select pg_advisory_xact_lock(${PLACE_LOCK});
    update outbox set seq = placed.seq
    from (select id, nextval('outbox_position') as seq from (select id from outbox where seq is null order by ordinal) waiting) placed
    where outbox.id = placed.id`);
}

/** Asked by readers first, for placing makes them wait for each other. */
export async function hasUnplaced(db: Queryable): Promise<boolean> {
  return (await db.maybe(sql`select 1 from outbox where seq is null limit 1`)) !== undefined;
}

export async function latestSeq(db: Db): Promise<number> {
  const row = await db.maybe<{ seq: string | number | null }>(sql`select max(seq) as seq from outbox`);
  return Number(row?.seq ?? 0);
}

export async function listEventsAfter(db: Queryable, afterSeq: number, limit: number): Promise<PublishedEvent[]> {
  return (await db.all<EventRow>(sql`select ${COLUMNS} from outbox where seq > ${afterSeq} order by seq limit ${limit}`)).map(toEvent);
}

export interface ClaimedEvent {
  event: PublishedEvent;
  handledBy: string[];
  attempts: number;
}

/**
 * The events that are due next, in order, at most `most`, locked until the transaction ends: when the process dies, the database lets
 * them go at once. An event waits for earlier ones of its subject, unless their delivery failed before: one that cannot be delivered
 * must not hold up the rest for ever. What waits is not locked and takes nobody's place.
 */
export async function claimEvents(tx: Tx, most: number): Promise<ClaimedEvent[]> {
  const rows = await tx.all<EventRow & { handledBy: string[]; attempts: number }>(sql`
    select ${COLUMNS}, handled_by, attempts from outbox due
    where delivered_at is null and seq is not null and next_attempt_at <= now()
      and not exists (
        select 1 from outbox earlier
        where earlier.subject = due.subject and earlier.seq < due.seq and earlier.delivered_at is null and earlier.attempts = 0
      )
    order by seq limit ${most}
    for update skip locked`);
  return rows.map((row) => ({ event: toEvent(row), handledBy: row.handledBy, attempts: row.attempts }));
}

export async function markDelivered(tx: Tx, delivered: ReadonlyArray<{ seq: number; handledBy: readonly string[] }>): Promise<void> {
  if (delivered.length === 0) return;
  await tx.run(sql`
    update outbox set delivered_at = now(), handled_by = array(select jsonb_array_elements_text(done.handled_by::jsonb))
    from unnest(${delivered.map(({ seq }) => seq)}::bigint[], ${delivered.map(({ handledBy }) => JSON.stringify(handledBy))}::text[]) as done (seq, handled_by)
    where outbox.seq = done.seq`);
}

export interface Failure {
  seq: number;
  handledBy: readonly string[];
  consumer: string;
  error: string;
  /** Until the next attempt. */
  waitMs: number;
}

export async function markFailed(tx: Tx, failure: Failure): Promise<void> {
  await tx.run(sql`
    update outbox set attempts = attempts + 1, handled_by = ${[...failure.handledBy]}, last_error = ${failure.error},
      last_error_consumer = ${failure.consumer}, last_error_at = clock_timestamp(),
      next_attempt_at = clock_timestamp() + ${failure.waitMs} * interval '1 millisecond'
    where seq = ${failure.seq}`);
}

export async function countUndelivered(db: Queryable): Promise<number> {
  return (await db.one<{ count: number }>(sql`select count(*) as count from outbox where delivered_at is null`)).count;
}

function toEvent(row: EventRow): PublishedEvent {
  return {
    seq: row.seq,
    id: row.id,
    type: row.type,
    subject: row.subject,
    workItemId: row.workItemId,
    projectId: row.projectId,
    data: row.data,
    occurredAt: row.occurredAt,
  };
}
