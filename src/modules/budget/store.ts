import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { CapTarget, Pool, ReservationRow, ReserveInput } from './model.ts';

const POOL = sql`id, scope, project_id, period, starts_on::text as starts_on, ends_on::text as ends_on, cap_micros, reserved_micros, spent_micros,
  late_micros, warned_at`;

export interface Control {
  stopped: boolean;
  reason: string | null;
  changedBy: string | null;
}

/** Shared by admissions; a change of the switch or of a cap waits for those under way, and those after it see it. */
export function shareControl(tx: Tx): Promise<Control> {
  return tx.one(sql<Control>`select stopped, reason, changed_by from budget_control for share`);
}

export function lockControl(tx: Tx): Promise<Control> {
  return tx.one(sql<Control>`select stopped, reason, changed_by from budget_control for update`);
}

export function readControl(on: Queryable): Promise<Control> {
  return on.one(sql<Control>`select stopped, reason, changed_by from budget_control`);
}

export async function saveControl(tx: Tx, control: { stopped: boolean; reason: string | null; by: string }): Promise<void> {
  await tx.run(
    sql`update budget_control set stopped = ${control.stopped}, reason = ${control.reason}, changed_by = ${control.by}, changed_at = now()`,
  );
}

/** Today in UTC by the database's clock. */
export async function today(on: Queryable): Promise<string> {
  return (await on.one(sql<{ day: string }>`select (clock_timestamp() at time zone 'utc')::date::text as day`)).day;
}

export interface SetCap {
  scope: string;
  projectId: string;
  period: string;
  capMicros: number;
}

/** Caps that somebody set, of the installation and of one project (or of all). */
export function setCaps(on: Queryable, projectId?: string | null): Promise<SetCap[]> {
  return on.all(sql<SetCap>`select scope, project_id, period, cap_micros from budget_caps
    where ${projectId ?? null}::text is null or project_id in ('', ${projectId ?? null})`);
}

export async function saveCap(tx: Tx, target: CapTarget, capMicros: number, by: string): Promise<void> {
  await tx.run(sql`insert into budget_caps (scope, project_id, period, cap_micros, changed_by)
    values (${target.scope}, ${target.projectId ?? ''}, ${target.period}, ${capMicros}, ${by})
    on conflict (scope, project_id, period) do update set cap_micros = excluded.cap_micros, changed_by = excluded.changed_by, changed_at = now()`);
}

type NewPool = CapTarget & { id: string; startsOn: string; endsOn: string; capMicros: number };

/** Makes the pool of a period that has just begun; whoever is second finds it. */
export async function ensurePool(tx: Tx, pool: NewPool): Promise<void> {
  await tx.run(sql`insert into budget_pools (id, scope, project_id, period, starts_on, ends_on, cap_micros, most_micros)
    values (${pool.id}, ${pool.scope}, ${pool.projectId}, ${pool.period}, ${pool.startsOn}::date, ${pool.endsOn}::date, ${pool.capMicros}, ${pool.capMicros})
    on conflict (id) do nothing`);
}

/** Locked one after the other in the order of their ids. */
export function lockPools(tx: Tx, ids: readonly string[]): Promise<Pool[]> {
  return tx.all(sql<Pool>`select ${POOL} from budget_pools where id = any(${ids}::text[]) order by id for update`);
}

export function readPools(on: Queryable, filter: { day: string; projectId: string | null }): Promise<Pool[]> {
  return on.all(sql<Pool>`select ${POOL} from budget_pools where starts_on <= ${filter.day}::date and ends_on > ${filter.day}::date
    and (${filter.projectId}::text is null or project_id is null or project_id = ${filter.projectId}) order by id`);
}

/** Adds to what a pool holds; false when the cap would be exceeded, whatever the caller believed. */
export async function holdInPool(tx: Tx, id: string, amountMicros: number): Promise<boolean> {
  const touched = await tx.run(sql`update budget_pools set reserved_micros = reserved_micros + ${amountMicros}
    where id = ${id} and spent_micros + reserved_micros + ${amountMicros} <= cap_micros`);
  return touched === 1;
}

/** `freed`: what a reservation held there; `late`: what was spent beyond it. */
export async function settleInPools(tx: Tx, ids: readonly string[], change: { freed: number; spent: number; late: number }): Promise<void> {
  await tx.run(sql`update budget_pools set reserved_micros = reserved_micros - ${change.freed}, spent_micros = spent_micros + ${change.spent},
    late_micros = late_micros + ${change.late} where id = any(${ids}::text[])`);
}

export async function markWarned(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`update budget_pools set warned_at = clock_timestamp() where id = ${id}`);
}

/** A new cap warns anew. */
export async function setPoolCap(tx: Tx, id: string, capMicros: number): Promise<void> {
  await tx.run(
    sql`update budget_pools set cap_micros = ${capMicros}, most_micros = greatest(most_micros, ${capMicros}), warned_at = null where id = ${id}`,
  );
}

const RESERVATION = sql`id, kind, project_id, spender, pools, amount_micros, spent_micros, state`;

export function readReservation(on: Queryable, id: string): Promise<ReservationRow | undefined> {
  return on.maybe(sql<ReservationRow>`select ${RESERVATION} from budget_reservations where id = ${id}`);
}

/** To be called when its pools are locked: they come first in the order of locks. */
export function lockReservation(tx: Tx, id: string): Promise<ReservationRow | undefined> {
  return tx.maybe(sql<ReservationRow>`select ${RESERVATION} from budget_reservations where id = ${id} for update`);
}

/** Makes the reservation, or takes one up again that had run out. False when it is there and held, or settled. */
export async function saveReservation(tx: Tx, input: ReserveInput, pools: readonly string[]): Promise<boolean> {
  const touched = await tx.run(sql`
    insert into budget_reservations (id, kind, project_id, repository_id, work_item_id, spender, pools, amount_micros, lease_until, created_at)
    values (${input.id}, ${input.kind}, ${input.projectId}, ${input.repositoryId}, ${input.workItemId}, ${input.spender}, ${pools}::text[],
      ${input.amountMicros}, clock_timestamp() + make_interval(secs => ${input.leaseMs / 1000}), clock_timestamp())
    on conflict (id) do update set pools = excluded.pools, amount_micros = excluded.amount_micros, lease_until = excluded.lease_until,
      state = 'held', ended_at = null where budget_reservations.state in ('lapsed', 'released')`);
  return touched === 1;
}

/** False when it is no longer held. */
export async function extendLease(tx: Tx, id: string, leaseMs: number): Promise<boolean> {
  const touched = await tx.run(sql`update budget_reservations
    set lease_until = greatest(lease_until, clock_timestamp() + make_interval(secs => ${leaseMs / 1000})) where id = ${id} and state = 'held'`);
  return touched === 1;
}

export async function endReservation(
  tx: Tx,
  id: string,
  end: { state: 'settled'; spentMicros: number; late: boolean; uncounted: boolean } | { state: 'released' | 'lapsed' },
): Promise<void> {
  const settled = end.state === 'settled' ? end : { spentMicros: null, late: false, uncounted: false };
  await tx.run(sql`update budget_reservations set state = ${end.state}, spent_micros = ${settled.spentMicros}, late = ${settled.late},
    uncounted = ${settled.uncounted}, ended_at = clock_timestamp() where id = ${id}`);
}

/** Reservations whose lease has run out, the oldest first. */
export async function lapsedIds(on: Queryable, limit: number): Promise<string[]> {
  const rows = await on.all(sql<{ id: string }>`select id from budget_reservations where state = 'held' and lease_until < clock_timestamp()
    order by lease_until, id limit ${limit}`);
  return rows.map((row) => row.id);
}

/** Whether the lease is still over now that the row is locked: its holder may have renewed it meanwhile. */
export async function isLapsed(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.maybe(sql`select 1 from budget_reservations where id = ${id} and state = 'held' and lease_until < clock_timestamp()`);
  return row !== undefined;
}

/** Runs a repository was sent within the last hour. Exact while the project's pools are locked. */
export async function dispatchesWithinHour(tx: Tx, repositoryId: string): Promise<number> {
  const row = await tx.one(sql<{ n: number }>`select count(*) as n from budget_reservations
    where repository_id = ${repositoryId} and kind = 'run' and created_at > clock_timestamp() - interval '1 hour'`);
  return row.n;
}

export async function saveWaiting(tx: Tx, workflowId: string): Promise<void> {
  await tx.run(sql`insert into budget_waits (workflow_id) values (${workflowId}) on conflict (workflow_id) do update set since = now()`);
}

export async function takeWaiting(tx: Tx): Promise<string[]> {
  const rows = await tx.all(sql<{ workflowId: string }>`delete from budget_waits returning workflow_id`);
  return rows.map((row) => row.workflowId);
}
