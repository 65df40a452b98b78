import type { Queryable } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';

const MOST = 1000;

/** Rows that contradict invariants I1 to I3, a sentence each (at most 1,000 of a kind), and the ids of what people allowed. */
export async function auditActions(on: Queryable): Promise<{ receipts: string[]; authorizations: string[]; byPeople: string[] }> {
  const sentences = async (statement: Parameters<typeof on.all<{ line: string }>>[0]) => (await on.all(statement)).map(({ line }) => line);
  const receipts = await sentences(sql<{ line: string }>`
    select format('%s is %s and has %s receipts', a.id, a.status, count(r.action_id)) as line
    from actions a left join action_receipts r on r.action_id = a.id
    group by a.id having count(r.action_id) <> case when a.status = 'executed' then 1 else 0 end order by a.id limit ${MOST}`);
  const authorizations = await sentences(sql<{ line: string }>`
    select line from (
      select a.id, format('%s: its receipt is for another digest', a.id) as line
        from actions a join action_receipts r on r.action_id = a.id where r.digest <> a.digest
      union all
      select a.id, format('%s was executed without an authorization', a.id)
        from actions a join action_receipts r on r.action_id = a.id where a."authorization" is null
      union all
      select a.id, format('%s was allowed by the policy, whose decision was %s', a.id, a.decision ->> 'kind')
        from actions a join action_receipts r on r.action_id = a.id
        where a."authorization" ->> 'by' = 'policy' and a.decision ->> 'kind' <> 'auto'
      union all
      select a.id, format('%s was allowed by broken glass, which no two people broke for this digest', a.id)
        from actions a join action_receipts r on r.action_id = a.id left join break_glass g on g.action_id = a.id
        where a."authorization" ->> 'by' = 'break_glass'
          and (g.confirmed_at is null or g.digest <> a.digest or g.opened_by = g.confirmed_by or g.confirmed_at > g.expires_at)
      union all
      select a.id, format('%s was executed after it had expired unanswered', a.id)
        from actions a join action_receipts r on r.action_id = a.id where a.status = 'expired') broken
    order by id limit ${MOST}`);
  const byPeople = await on.all(sql<{ id: string }>`
    select a.id from actions a join action_receipts r on r.action_id = a.id where a."authorization" ->> 'by' = 'people'`);
  return { receipts, authorizations, byPeople: byPeople.map(({ id }) => id) };
}
