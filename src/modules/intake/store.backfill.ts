import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { HistoryPart } from '#ports/forge-history.ts';
import type { Backfill, BackfillPart } from './model.backfill.ts';

export interface BackfillRow extends Omit<Backfill, 'parts'> {
  generation: number;
}
export interface PartRow extends BackfillPart {
  cursor: string | null;
}

export async function insertBackfill(
  tx: Tx,
  row: Pick<Backfill, 'id' | 'repositoryId' | 'since' | 'startedBy'>,
  parts: readonly HistoryPart[],
): Promise<boolean> {
  const made = await tx.run(sql`insert into backfills (id, repository_id, since, state, started_by)
    values (${row.id}, ${row.repositoryId}, ${row.since}, 'running', ${row.startedBy})
    on conflict (repository_id) where state in ('running', 'paused') do nothing`);
  if (made === 0) return false;
  await tx.run(sql`insert into backfill_parts (backfill_id, part, position)
    select ${row.id}, part, position from unnest(${[...parts]}::text[]) with ordinality as part (part, position)`);
  return true;
}

export function backfillById(on: Queryable, id: string): Promise<BackfillRow | undefined> {
  return on.maybe(sql<BackfillRow>`select * from backfills where id = ${id}`);
}

export function lastBackfillOf(on: Queryable, repositoryId: string): Promise<BackfillRow | undefined> {
  return on.maybe(sql<BackfillRow>`select * from backfills where repository_id = ${repositoryId} order by started_at desc, id desc limit 1`);
}

export function partsOf(on: Queryable, id: string): Promise<PartRow[]> {
  return on.all(sql<PartRow>`select part, cursor, pages, seen, stored, done, note from backfill_parts where backfill_id = ${id} order by position`);
}

export interface Move {
  id: string;
  generation: number;
  part: HistoryPart;
  /** Where the page was that is kept now. */
  from: string | null;
  next: string | null;
  seen: number;
  stored: number;
  /** Why this page could not be read: a part that had begun stays where it is, any other is over. */
  note: string | null;
}

/** Answers whether it is still ours to move: nobody paused it, carried it on, or kept this page before. */
export async function moveOn(tx: Tx, move: Move): Promise<boolean> {
  const own = await tx.maybe(sql`update backfills set updated_at = now(), waits_until = null, problem = null
    where id = ${move.id} and generation = ${move.generation} and state = 'running' returning id`);
  if (own === undefined) return false;
  const isStopped = move.note !== null && move.from !== null;
  const moved = await tx.run(sql`update backfill_parts
    set cursor = ${isStopped ? move.from : move.next}, pages = pages + ${move.note === null ? 1 : 0}, seen = seen + ${move.seen}, stored = stored + ${move.stored},
      done = ${move.next === null && !isStopped}, note = ${move.note}
    where backfill_id = ${move.id} and part = ${move.part} and not done and cursor is not distinct from ${move.from}`);
  return moved > 0;
}

export async function noteRest(on: Queryable, id: string, rest: { until: Date | null; problem: string }): Promise<void> {
  await on.run(sql`update backfills set waits_until = ${rest.until}, problem = ${rest.problem}, updated_at = now()
    where id = ${id} and state = 'running'`);
}

/** Answers whether it was running under this generation. */
export async function endBackfill(
  tx: Tx,
  id: string,
  generation: number,
  end: { state: 'done' | 'failed'; problem: string | null },
): Promise<boolean> {
  const ended = await tx.run(sql`update backfills
    set state = ${end.state}, problem = ${end.problem}, waits_until = null, updated_at = now(), finished_at = now()
    where id = ${id} and generation = ${generation} and state = 'running'`);
  return ended > 0;
}

export async function pauseBackfill(tx: Tx, id: string): Promise<boolean> {
  return (await tx.run(sql`update backfills set state = 'paused', updated_at = now() where id = ${id} and state = 'running'`)) > 0;
}

/** Answers the new generation; undefined: it is not at rest. */
export async function resumeBackfill(tx: Tx, id: string): Promise<number | undefined> {
  const row = await tx.maybe(sql<{ generation: number }>`update backfills
    set state = 'running', generation = generation + 1, problem = null, waits_until = null, finished_at = null, updated_at = now()
    where id = ${id} and state in ('paused', 'failed') returning generation`);
  // What could not be read is tried again: somebody may have given the permission since.
  if (row !== undefined) await tx.run(sql`update backfill_parts set done = false, note = null where backfill_id = ${id} and note is not null`);
  return row?.generation;
}

/** For one that nobody carries on: answers the new generation; undefined: it has ended, or somebody else was first. */
export async function reviveBackfill(tx: Tx, id: string, generation: number): Promise<number | undefined> {
  const row = await tx.maybe(sql<{ generation: number }>`update backfills set generation = generation + 1, problem = null, updated_at = now()
    where id = ${id} and generation = ${generation} and state = 'running' returning generation`);
  return row?.generation;
}
