import { sql, type Queryable } from '#platform/db/index.ts';
import type { Standing } from './decide.waits.ts';
import type { Risk } from './model.lists.ts';

/** What the other modules stored about an item, as lists show it. */
export interface FactsRow extends Standing {
  id: string;
  risk: Risk | null;
  /** Tasks of the plan in force. */
  tasks: number;
  tasksLanded: number;
  pull: { id: string; number: number; state: 'open' | 'merged' | 'closed'; url: string } | null;
}

/**
 * Of all these items in one statement. A read model over the tables of triage, planning, approvals, agents, delivery and the merge queue: asked
 * of the modules one by one, each row of a list would be eight questions.
 */
export function factsOf(on: Queryable, ids: readonly string[]): Promise<FactsRow[]> {
  return on.all(sql<FactsRow>`select w.id,
      (select t.result ->> 'risk' from triage_results t where t.work_item_id = w.id and t.current) as risk,
      coalesce(k.tasks, 0)::int as tasks, coalesce(k.landed, 0)::int as tasks_landed,
      (select json_build_object('id', u.id, 'number', u.number, 'state', u.state, 'url', u.url) from pulls u
        where u.work_item_id = w.id order by u.id desc limit 1) as pull,
      (select json_build_object('id', a.id, 'kind', a.kind, 'since', a.created_at) from actions a join approvals d on d.id = a.id
        where a.work_item_id = w.id and a.status = 'pending' and d.status = 'pending' order by a.id limit 1) as approval,
      (select json_build_object('id', q.id, 'agent', q.agent, 'since', q.asked_at) from agent_questions q
        where q.work_item_id = w.id and q.state = 'waiting' order by q.id limit 1) as question,
      (select json_build_object('id', h.id, 'title', h.title, 'assignee', m.assignee, 'since', m.since) from task_waits m join tasks h on h.id = m.task_id
        where h.work_item_id = w.id order by m.since limit 1) as handed,
      (select json_build_object('id', r.id, 'agent', r.agent, 'role', r.role, 'since', r.created_at) from agent_runs r
        where r.work_item_id = w.id and r.ended_at is null order by r.id desc limit 1) as run,
      (select json_build_object('id', c.id, 'state', c.state, 'since', c.submitted_at) from change_requests c
        where c.work_item_id = w.id and c.state in ('queued', 'merging', 'verifying', 'publishing') order by c.id desc limit 1) as entry,
      (select json_build_object('id', b.id, 'number', b.number, 'title', b.title) from work_dependencies d join work_items b on b.id = d.blocker_id
        where d.blocked_id = w.id and b.state not in ('merged', 'duplicate', 'declined', 'failed') order by b.id limit 1) as blocker,
      exists (select from stories s where s.work_item_id = w.id and s.ended_as is null) as under_way
    from work_items w left join lateral (
      select count(*) as tasks, count(*) filter (where n.state = 'landed') as landed from plans p join tasks n on n.plan_id = p.id
      where p.work_item_id = w.id and p.state in ('draft', 'awaiting_approval', 'approved') and n.state <> 'dropped') k on true
    where w.id = any(${[...ids]})`);
}
