import { sql, type Queryable } from '#platform/db/index.ts';

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

/** Open pull requests for whose present head Reeve named this person, the longest waiting first, and how many there are in all. */
export async function reviewsAskedOf(
  on: Queryable,
  of: { handle: string; projectIds: readonly string[] | null; limit: number },
): Promise<{ count: number; items: AskedReview[] }> {
  const among = of.projectIds === null ? sql`true` : sql`p.project_id = any(${[...of.projectIds]}::text[])`;
  const rows = await on.all(sql<AskedReview & { all: number }>`
    select p.id as pull_id, p.project_id, p.repository_id, r.name as repository, p.number, p.title, p.url, s.decided_at as asked_at,
      count(*) over ()::int as "all"
    from reviewer_suggestions s join pulls p on p.id = s.pull_id join repositories r on r.id = p.repository_id
    where s.handles @> array[${of.handle}::text] and p.state = 'open' and not p.draft and s.head_sha = p.head_sha and ${among}
    order by s.decided_at, p.id limit ${of.limit}`);
  return { count: rows[0]?.all ?? 0, items: rows.map(({ all: _all, ...asked }) => asked) };
}
