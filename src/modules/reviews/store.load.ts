import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import type { AskedReview } from './model.asked.ts';
import type { ReviewPerson } from './model.load.ts';
import { ASKED, OWN } from './store.asked.ts';

/** Of which projects; null: of all. */
export interface LoadPlace {
  /** Id or key. */
  projectId: string | null;
  /** What the caller is limited to. */
  projectIds: readonly string[] | null;
}

function within(column: string, { projectId, projectIds }: LoadPlace): Statement<unknown> {
  const conditions = [sql`true`];
  if (projectId !== null) conditions.push(sql`${sql.raw(column)} in (select id from projects where ${projectId} in (id, key))`);
  if (projectIds !== null) conditions.push(sql`${sql.raw(column)} = any(${[...projectIds]})`);
  return sql.join(conditions, sql` and `);
}

/** People who are limited to other projects review nothing of these. */
function mayReview({ projectIds }: LoadPlace): Statement<unknown> {
  if (projectIds === null) return sql`true`;
  return sql`(not exists (select from limited_people l where l.person_id = o.id)
    or exists (select from person_projects m where m.person_id = o.id and m.project_id = any(${[...projectIds]})))`;
}

/** What was asked for from `from` on, and whatever is open however old. */
export function asksSince(on: Queryable, of: LoadPlace & { from: Date }): Promise<AskedReview[]> {
  return on.all(sql<AskedReview>`${ASKED} where ${within('u.project_id', of)} and (s.decided_at >= ${of.from} or u.state = 'open')`);
}

/** Everybody who reviews: of the role, or named somewhere; with what they do and decide in these projects. */
export function reviewPeople(on: Queryable, of: LoadPlace & { since: Date; handles: readonly string[] }): Promise<ReviewPerson[]> {
  return on.all(sql<ReviewPerson>`
    with recent as (
      select coalesce(i.person_id, l.id) as person_id, count(*)::int as reviews
      from events e join repositories r on r.forge = e.forge and lower(r.name) = lower(e.repository)
        left join identities i on i.source = r.forge and i.external_id = e.document -> 'review' ->> 'author'
        left join people l on r.forge = 'local' and l.handle = e.document -> 'review' ->> 'author'
      where e.kind = 'pull.reviewed' and e.occurred_at >= ${of.since} and e.document -> 'review' ->> 'body' !~* ${OWN}
        and ${within('r.project_id', of)}
      group by 1)
    select o.handle, o.name, o.active, o.timezone, o.wip_limit, o.capacity_hours_per_week,
      (select count(*)::int from approvals p join actions a on a.id = p.id where ${within('a.project_id', of)} and p.status = 'pending' and p.asked = 'person:' || o.handle) as approvals,
      coalesce(recent.reviews, 0) as recent_reviews
    from people o left join recent on recent.person_id = o.id
    where o.handle = any(${[...of.handles]}) or (o.active and o.role in ('developer', 'maintainer', 'manager', 'admin') and ${mayReview(of)})
    order by o.handle limit 500`);
}
