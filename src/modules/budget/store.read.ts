import { sql, type Queryable } from '#platform/db/index.ts';
import type { DaySpend, Spender } from './model.ts';

/** Who spent most since a day (UTC), with what is held for them now. */
export function topSpenders(on: Queryable, filter: { since: string; projectId: string | null; limit: number }): Promise<Spender[]> {
  return on.all(sql<Spender>`
    select spender, coalesce(sum(spent_micros), 0) as spent_micros,
      coalesce(sum(amount_micros) filter (where state = 'held'), 0) as reserved_micros,
      count(*) filter (where kind = 'run') as runs, count(*) filter (where kind = 'call') as calls
    from budget_reservations
    where created_at >= ${filter.since}::timestamp at time zone 'utc' and (${filter.projectId}::text is null or project_id = ${filter.projectId})
    group by spender
    order by coalesce(sum(spent_micros), 0) + coalesce(sum(amount_micros) filter (where state = 'held'), 0) desc, spender limit ${filter.limit}`);
}

/** Each day with anything on it, the newest first; by the day it was reserved (UTC). */
export function spendPerDay(on: Queryable, filter: { days: number; projectId: string | null }): Promise<DaySpend[]> {
  return on.all(sql<DaySpend>`
    select (created_at at time zone 'utc')::date::text as day, coalesce(sum(spent_micros), 0) as spent_micros,
      coalesce(sum(amount_micros) filter (where state = 'held'), 0) as reserved_micros,
      count(*) filter (where kind = 'run') as runs, count(*) filter (where kind = 'call') as calls, count(*) filter (where uncounted) as uncounted
    from budget_reservations
    where created_at > now() - make_interval(days => ${filter.days}) and (${filter.projectId}::text is null or project_id = ${filter.projectId})
    group by 1 order by 1 desc`);
}
