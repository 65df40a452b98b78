import type { Queryable } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import { HASTY_S } from './decide.asked.ts';

export interface ApproverCounts {
  personId: string;
  subject: string;
  decisions: number;
  approved: number;
  hasty: number;
  medianSeconds: number;
}

/** Per person, from the moment they were asked to their last word on it; of one project, or of all (null). */
export async function countByApprover(on: Queryable, days: number, projectId: string | null): Promise<ApproverCounts[]> {
  return on.all(sql<ApproverCounts>`
    with timed as (
      select v.person_id, v.subject, v.decision, extract(epoch from v.voted_at - a.created_at)::float8 as seconds
      from approval_votes v join approvals a on a.id = v.approval_id join actions on actions.id = a.id
      where v.voted_at >= now() - make_interval(days => ${days}) and (${projectId}::text is null or actions.project_id = ${projectId}))
    select person_id, max(subject) as subject, count(*)::int as decisions, count(*) filter (where decision = 'approve')::int as approved,
      count(*) filter (where decision = 'approve' and seconds < ${HASTY_S})::int as hasty,
      percentile_cont(0.5) within group (order by seconds)::float8 as median_seconds
    from timed group by person_id order by 3 desc, 1`);
}

export interface Latency {
  atMost: number[];
  count: number;
  sum: number;
}

/** Milliseconds from asking to a person's decision, over all that people decided. */
export async function readLatency(on: Queryable, bounds: readonly number[]): Promise<Latency> {
  return on.one(sql<Latency>`
    with taken as (
      select extract(epoch from decided_at - created_at)::float8 * 1000 as ms from approvals where status in ('approved', 'declined', 'modified'))
    select array(select (select count(*) from taken where ms <= bound)::int from unnest(${[...bounds]}::float8[]) with ordinality as b(bound, nr) order by nr) as at_most,
      count(*)::int as count, coalesce(sum(ms), 0)::float8 as sum from taken`);
}

/** What people decided otherwise than proposed, and all they decided. */
export async function readOverrides(on: Queryable): Promise<{ overridden: number; decided: number }> {
  return on.one(sql<{ overridden: number; decided: number }>`
    select count(*) filter (where status in ('declined', 'modified'))::int as overridden, count(*)::int as decided
    from approvals where status in ('approved', 'declined', 'modified')`);
}
