import { sql, type Queryable } from '#platform/db/index.ts';
import { theirAnswers } from './store.load.ts';

/** An open pull request that a person was named as a reviewer of. */
export interface AskedReview {
  pullId: string;
  projectId: string;
  repositoryId: string;
  repository: string;
  number: number;
  title: string;
  url: string;
  askedAt: Date;
}

/**
 * Open pull requests for whose present head Reeve named this person, and which they have not answered since; the longest waiting first, and how many
 * there are in all.
 */
export async function reviewsAskedOf(
  on: Queryable,
  of: { handle: string; projectIds: readonly string[] | null; limit: number },
): Promise<{ count: number; items: AskedReview[] }> {
  const among = of.projectIds === null ? sql`true` : sql`u.project_id = any(${[...of.projectIds]}::text[])`;
  const rows = await on.all(sql<AskedReview & { all: number }>`
    select u.id as pull_id, u.project_id, u.repository_id, r.name as repository, u.number, u.title, u.url, s.decided_at as asked_at,
      count(*) over ()::int as "all"
    from reviewer_suggestions s join pulls u on u.id = s.pull_id join repositories r on r.id = u.repository_id
      join people o on o.handle = ${of.handle} ${theirAnswers}
    where s.handles @> array[${of.handle}::text] and u.state = 'open' and not u.draft and s.head_sha = u.head_sha
      and reviewed.at is null and voted.at is null and ${among}
    order by s.decided_at, u.id limit ${of.limit}`);
  return { count: rows[0]?.all ?? 0, items: rows.map(({ all: _all, ...asked }) => asked) };
}
