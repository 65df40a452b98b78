import { sql, type Queryable } from '#platform/db/index.ts';
import type { AskedReview } from './model.asked.ts';

/** What Reeve leaves in every text it writes. */
export const OWN = '<!--\\s*reeve:';

/** Logins of a person on the forge of a repository; on the embedded one people act under their handles. */
const isTheirs = sql`(r.forge = 'local' and e.document -> 'review' ->> 'author' = o.handle
  or e.document -> 'review' ->> 'author' in (select external_id from identities where person_id = o.id and source = r.forge))`;

/**
 * Who was asked to review what, as Reeve named them, with when they first answered: a review of any verdict, or a vote on the merge, from the request on.
 * `s` is the request, `u` the pull request; what is wanted follows as a condition.
 */
export const ASKED = sql`
    select named.handle, u.id as pull_id, u.project_id, u.repository_id, r.name as repository, u.number, u.title, u.url, u.state, u.draft, u.head_sha,
      s.head_sha as asked_sha, s.decided_at as asked_at, least(reviewed.at, voted.at) as answered_at
    from reviewer_suggestions s join pulls u on u.id = s.pull_id join repositories r on r.id = u.repository_id
      cross join lateral unnest(s.handles) with ordinality as named (handle, nth) left join people o on o.handle = named.handle
      left join lateral (
        select min(e.occurred_at) as at from events e
        where e.forge = r.forge and lower(e.repository) = lower(r.name) and e.number = u.number and e.kind = 'pull.reviewed'
          and e.occurred_at >= s.decided_at and e.document -> 'review' ->> 'body' !~* ${OWN} and ${isTheirs}) reviewed on true
      left join lateral (
        select min(v.voted_at) as at from actions a join approval_votes v on v.approval_id = a.id
        where a.work_item_id = u.work_item_id and a.kind = 'pr.merge' and v.person_id = o.id and v.voted_at >= s.decided_at) voted on true`;

/** What one person was asked to review and is open, the longest ago first. */
export function openAskedOf(on: Queryable, of: { handle: string; projectIds: readonly string[] | null }): Promise<AskedReview[]> {
  const among = of.projectIds === null ? sql`true` : sql`u.project_id = any(${[...of.projectIds]}::text[])`;
  return on.all(sql<AskedReview>`${ASKED}
    where s.handles @> array[${of.handle}::text] and named.handle = ${of.handle} and u.state = 'open' and ${among} order by s.decided_at, u.id`);
}

/** Who was asked to review these pull requests, in the order of the suggestion. */
export function askedOn(on: Queryable, pullIds: readonly string[]): Promise<AskedReview[]> {
  return on.all(sql<AskedReview>`${ASKED} where s.pull_id = any(${[...pullIds]}::text[]) order by s.pull_id, named.nth`);
}

/** Who was asked to review anything that is open as it is now, but for one pull request. */
export function openAskedBeside(on: Queryable, pullId: string): Promise<AskedReview[]> {
  return on.all(sql<AskedReview>`${ASKED} where u.state = 'open' and not u.draft and s.head_sha = u.head_sha and u.id <> ${pullId}`);
}
