import type { Queryable } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';

const MOST = 1000;

/**
 * Rows that contradict invariants I3 and I4, a sentence each (at most 1,000 of a kind). `ids`: actions that ran because people allowed
 * them.
 */
export async function auditApprovals(on: Queryable, ids: readonly string[]): Promise<{ decisions: string[]; agents: string[] }> {
  const decisions = await on.all(sql<{ line: string }>`
    select line from (
      select w.id, format('%s ran without an approval', w.id) as line
        from unnest(${ids}::text[]) as w (id) left join approvals p on p.id = w.id where p.id is null or p.status <> 'approved'
      union all
      select p.id, format('%s was decided after it expired', p.id) from approvals p where p.status = 'approved' and p.decided_at > p.expires_at
      union all
      select p.id, format('%s has %s of %s yes votes', p.id, count(v.person_id), p.needed)
        from approvals p left join approval_votes v
          on v.approval_id = p.id and v.decision = 'approve' and v.voted_at <= p.expires_at and v.person_id = any(p.yes_by)
        where p.status = 'approved' group by p.id having count(v.person_id) < p.needed) broken
    order by id limit ${MOST}`);
  const agents = await on.all(sql<{ line: string }>`
    select format('%s: %s decided', approval_id, subject) as line from approval_votes
    where subject like 'agent:%' or subject = 'system' or role = 'agent' order by approval_id limit ${MOST}`);
  return { decisions: decisions.map(({ line }) => line), agents: agents.map(({ line }) => line) };
}
