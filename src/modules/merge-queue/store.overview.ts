import { sql, type Queryable } from '#platform/db/index.ts';
import type { JournalPosition } from './model.history.ts';
import type { Freshness, TargetControl } from '#modules/queue-schedule/index.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import type { JournalRow, QueueEntry } from './model.ts';
import type { TargetKey } from './store.targets.ts';

/** An entry that is not ended, without its contents: thousands of them are read at once. */
export type ActiveFacts = Pick<QueueEntry, 'id' | 'repositoryId' | 'target' | 'state' | 'priority' | 'retries' | 'submittedAt' | 'updatedAt'> & {
  freshness: Freshness | null;
};

export async function listActiveFacts(on: Queryable): Promise<ActiveFacts[]> {
  return on.all(sql<ActiveFacts>`
    select id, repository_id, target, state, priority, retries, submitted_at, updated_at, freshness from change_requests
    where state in ('queued', 'merging', 'verifying', 'publishing')`);
}

/** A target with its control and the name its change requests give the repository. */
export interface TargetFacts extends TargetKey {
  repo: string | null;
  control: TargetControl;
  controlBy: string | null;
  controlReason: string | null;
  controlAt: Date | null;
  leaseOwner: string | null;
}

/** Every target something was ever submitted to, or one of that name. `repo`: an id or a name. */
export async function listTargetFacts(
  on: Queryable,
  filter: { target?: string | undefined; repo?: string | undefined } = {},
): Promise<TargetFacts[]> {
  const rows = await on.all(sql<TargetFacts>`
    with places as (
      select repository_id, target from queue_targets
      union select distinct repository_id, target from change_requests
    )
    select places.repository_id, places.target, named.repo, coalesce(held.control, 'running') as control, held.control_by, held.control_reason,
      held.control_at, held.lease_owner
    from places
    left join queue_targets held on held.repository_id = places.repository_id and held.target = places.target
    left join lateral (
      select entry.document ->> 'repo' as repo from change_requests entry where entry.repository_id = places.repository_id limit 1
    ) named on true
    where (${filter.target ?? null}::text is null or places.target = ${filter.target ?? null})
    order by named.repo, places.target`);
  return filter.repo === undefined ? rows : rows.filter((row) => row.repositoryId === filter.repo || row.repo === filter.repo);
}

/** Seconds from submission to landing of what landed lately. */
export interface Latency {
  landed: number;
  p50: number | null;
  p90: number | null;
  p99: number | null;
}

/** Over the last `hours`; of all targets. */
export async function readLatency(on: Queryable, hours: number): Promise<Latency> {
  return on.one(sql<Latency>`
    select count(*)::int as landed,
      percentile_cont(0.5) within group (order by took) as p50,
      percentile_cont(0.9) within group (order by took) as p90,
      percentile_cont(0.99) within group (order by took) as p99
    from (
      select extract(epoch from landed_at - submitted_at)::float8 as took from change_requests
      where state = 'landed' and landed_at > clock_timestamp() - ${hours} * interval '1 hour'
    ) recent`);
}

/** Totals for the metrics: of all time, from the rows, so every process and every restart tells the same. */
export interface QueueTotals {
  landed: Array<{ repositoryId: string; target: string; projectId: string; rung: string | null; count: number }>;
  states: Array<{ state: EntryState; count: number }>;
  quarantines: Array<{ reason: string; count: number }>;
  conflicts: number;
  retries: number;
  depth: Array<{ repositoryId: string; target: string; count: number; oldestSeconds: number }>;
  verifications: Array<{ outcome: string; count: number; seconds: number }>;
}

export async function readTotals(on: Queryable): Promise<QueueTotals> {
  const [landed, states, events, depth, verifications] = await Promise.all([
    on.all(sql<QueueTotals['landed'][number]>`
      select repository_id, target, project_id, rung, count(*)::int as count from change_requests where state = 'landed'
      group by repository_id, target, project_id, rung`),
    on.all(sql<QueueTotals['states'][number]>`select state, count(*)::int as count from change_requests group by state`),
    on.all(sql<{ event: string; reason: string | null; count: number }>`
      select event, case when event = 'quarantined' then detail -> 'reason' ->> 'kind' when event = 'reverted' then 'reverted' end as reason,
        count(*)::int as count
      from change_request_journal where event in ('quarantined', 'reverted', 'fault', 'requeued') group by 1, 2`),
    on.all(sql<QueueTotals['depth'][number]>`
      select repository_id, target, count(*)::int as count, extract(epoch from clock_timestamp() - min(submitted_at))::float8 as oldest_seconds
      from change_requests where state in ('queued', 'merging', 'verifying', 'publishing') group by repository_id, target`),
    on.all(sql<QueueTotals['verifications'][number]>`
      select outcome, count(*)::int as count, sum(duration_ms)::float8 / 1000 as seconds from queue_verifications group by outcome`),
  ]);
  const quarantines = events.flatMap(({ reason, count }) => (reason === null ? [] : [{ reason, count }]));
  const sum = (names: readonly string[]): number => events.filter(({ event }) => names.includes(event)).reduce((all, { count }) => all + count, 0);
  const conflicts = quarantines.filter(({ reason }) => reason === 'conflict').reduce((all, { count }) => all + count, 0);
  return { landed, states, quarantines, conflicts, retries: sum(['fault', 'requeued']), depth, verifications };
}

/** One series of a histogram: how many values were at most each bound, how many in all, and their sum. */
export interface Distribution {
  labels: Record<string, string>;
  atMost: number[];
  count: number;
  sum: number;
}

interface DistributionRow {
  rung: string | null;
  counts: number[];
  count: number;
  sum: number;
}

/** Seconds from submission to landing by rung. `bounds` in seconds, ascending. */
export async function readLandingTimes(on: Queryable, bounds: readonly number[]): Promise<Distribution[]> {
  const rows = await on.all(sql<DistributionRow>`
    select rung, array_agg(hits order by bound) as counts, max(total)::int as count, max(seconds)::float8 as sum from (
      select rung, bound, count(*) filter (where took <= bound)::int as hits, count(*)::int as total, sum(took) as seconds
      from (select coalesce(rung, '') as rung, extract(epoch from landed_at - submitted_at)::float8 as took from change_requests where state = 'landed') landed
      cross join unnest(${[...bounds]}::float8[]) as bound
      group by rung, bound
    ) each_bound group by rung`);
  return rows.map(({ rung, counts, count, sum }) => ({ labels: { rung: rung ?? '' }, atMost: counts, count, sum }));
}

/** Commits a change was behind its target when it was submitted. */
export async function readStaleness(on: Queryable, bounds: readonly number[]): Promise<Distribution[]> {
  const rows = await on.all(sql<Omit<DistributionRow, 'rung'>>`
    select array_agg(hits order by bound) as counts, max(total)::int as count, coalesce(max(behind), 0)::float8 as sum from (
      select bound, count(*) filter (where k <= bound)::int as hits, count(*)::int as total, sum(k) as behind
      from (select (freshness ->> 'behind')::float8 as k from change_requests where freshness is not null) measured
      cross join unnest(${[...bounds]}::float8[]) as bound
      group by bound
    ) each_bound`);
  return rows.filter(({ counts }) => counts !== null).map(({ counts, count, sum }) => ({ labels: {}, atMost: counts, count, sum }));
}

export type FollowedRow = JournalRow & JournalPosition & Pick<QueueEntry, 'repositoryId' | 'target' | 'projectId' | 'taskId' | 'rung'>;

/** The journal after a position, in the order in which transactions began; only what nothing older can still be put before. */
export async function followJournal(on: Queryable, after: JournalPosition, limit: number): Promise<FollowedRow[]> {
  return on.all(sql<FollowedRow>`
    select journal.change_request_id, journal.version, journal.at, journal.event, journal.from_state, journal.to_state, journal.actor, journal.ordinal,
      journal.xid::text as xid, entry.repository_id, entry.target, entry.project_id, entry.task_id, entry.rung
    from change_request_journal journal join change_requests entry on entry.id = journal.change_request_id
    where (journal.xid, journal.ordinal) > (${after.xid}::text::xid8, ${after.ordinal}::bigint)
      and journal.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by journal.xid, journal.ordinal limit ${limit}`);
}

/** Where the journal ends now. */
export async function endOfJournal(on: Queryable): Promise<JournalPosition> {
  const row = await on.maybe(sql<JournalPosition>`
    select xid::text as xid, ordinal from change_request_journal where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, ordinal desc limit 1`);
  return row ?? { xid: '0', ordinal: 0 };
}
