import { sql, type Queryable } from '#platform/db/index.ts';
import type { PlaceFilter } from './model.lists.ts';
import { within } from './store.lists.ts';

/** A window of time, `from` inclusive, `to` exclusive. */
export interface Window {
  from: Date;
  to: Date;
}

export interface EndedRow {
  submitted: number;
  landed: number;
  /** Landed without ever having been in a conflict that no rung settled. */
  landedSmoothly: number;
  quarantined: number;
  dropped: number;
  alreadyLanded: number;
  p50: number | null;
  p90: number | null;
  p99: number | null;
}

/** What was submitted and what ended in the window. An end is the last transition of a row that is ended. */
export async function readEnded(on: Queryable, filter: PlaceFilter, { from, to }: Window): Promise<EndedRow> {
  return on.one(sql<EndedRow>`
    select count(*) filter (where submitted_at >= ${from})::int as submitted,
      count(*) filter (where state = 'landed' and landed_at >= ${from})::int as landed,
      count(*) filter (where state = 'landed' and landed_at >= ${from} and resolution is null and rework_of is null)::int as landed_smoothly,
      count(*) filter (where state = 'quarantined' and updated_at >= ${from})::int as quarantined,
      count(*) filter (where state = 'dropped' and updated_at >= ${from})::int as dropped,
      count(*) filter (where state = 'already_landed' and updated_at >= ${from})::int as already_landed,
      percentile_cont(0.5) within group (order by extract(epoch from landed_at - submitted_at)::float8) filter (where state = 'landed' and landed_at >= ${from}) as p50,
      percentile_cont(0.9) within group (order by extract(epoch from landed_at - submitted_at)::float8) filter (where state = 'landed' and landed_at >= ${from}) as p90,
      percentile_cont(0.99) within group (order by extract(epoch from landed_at - submitted_at)::float8) filter (where state = 'landed' and landed_at >= ${from}) as p99
    from change_requests entry
    where updated_at >= ${from} and submitted_at < ${to} and ${within('entry', filter)}`);
}

/** Change requests that were set aside for a conflict in the window. */
export async function countConflicts(on: Queryable, filter: PlaceFilter, { from, to }: Window): Promise<number> {
  const { count } = await on.one(sql<{ count: number }>`
    select count(distinct journal.change_request_id)::int as count
    from change_request_journal journal join change_requests entry on entry.id = journal.change_request_id
    where journal.event = 'quarantined' and journal.at >= ${from} and journal.at < ${to}
      and (journal.detail -> 'reason' -> 'kind')::text = '"conflict"' and ${within('entry', filter)}`);
  return count;
}

export async function countByRung(on: Queryable, filter: PlaceFilter, { from, to }: Window): Promise<Array<{ rung: string | null; count: number }>> {
  return on.all(sql<{ rung: string | null; count: number }>`
    select rung, count(*)::int as count from change_requests entry
    where state = 'landed' and landed_at >= ${from} and landed_at < ${to} and ${within('entry', filter)} group by rung order by rung`);
}

export interface VerificationTotals {
  passed: number;
  failed: number;
  infrastructure: number;
  p50Ms: number | null;
  seconds: number;
}

export async function readVerifications(on: Queryable, filter: PlaceFilter, { from, to }: Window): Promise<VerificationTotals> {
  return on.one(sql<VerificationTotals>`
    select count(*) filter (where outcome = 'passed')::int as passed, count(*) filter (where outcome = 'failed')::int as failed,
      count(*) filter (where outcome = 'infrastructure')::int as infrastructure,
      percentile_cont(0.5) within group (order by duration_ms) filter (where outcome <> 'infrastructure') as p50_ms,
      coalesce(sum(duration_ms), 0)::float8 / 1000 as seconds
    from (
      select run.*, repository.project_id from queue_verifications run join repositories repository on repository.id = run.repository_id
    ) entry
    where at >= ${from} and at < ${to} and ${within('entry', filter)}`);
}

/** Landings and settings-aside in equal parts of the window, by number of the part; parts without any are missing. */
export async function readSeries(
  on: Queryable,
  filter: PlaceFilter,
  { from, to, parts }: Window & { parts: number },
): Promise<Array<{ part: number; landed: number; quarantined: number }>> {
  const seconds = (to.getTime() - from.getTime()) / 1000 / parts;
  return on.all(sql<{ part: number; landed: number; quarantined: number }>`
    select least(${parts - 1}, floor(extract(epoch from journal.at - ${from}::timestamptz) / ${seconds}::float8))::int as part,
      count(*) filter (where journal.event = 'landed')::int as landed, count(*) filter (where journal.event = 'quarantined')::int as quarantined
    from change_request_journal journal join change_requests entry on entry.id = journal.change_request_id
    where journal.event in ('landed', 'quarantined') and journal.at >= ${from} and journal.at < ${to} and ${within('entry', filter)}
    group by 1 order by 1`);
}
