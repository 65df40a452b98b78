import { sql, type Queryable } from '#platform/db/index.ts';
import type { RunAbout } from './model.log.ts';

type Row = Omit<RunAbout, 'progress'> & { id: string; state: string; workItemId: string | null };

/**
 * What many runs are about, by the run's id, in two statements whatever their number: names of project, repository, issue, task and pull request
 * are those of today.
 */
export async function aboutRuns(on: Queryable, ids: readonly string[]): Promise<Map<string, RunAbout>> {
  if (ids.length === 0) return new Map();
  const rows = await on.all(sql<Row>`
    select a.id, a.state, a.work_item_id, p.key as project, r.name as repository, w.number as issue_number, w.title as issue_title,
      t.title as task_title, u.id as pull_id, u.number as pull_number, u.title as pull_title, q.id as question_id,
      a.heartbeat_at as last_heard_at, a.stop_requested_by
    from agent_runs a join projects p on p.id = a.project_id join repositories r on r.id = a.repository_id
      left join work_items w on w.id = a.work_item_id left join tasks t on t.id = a.task_id
      left join people_pull_runs h on h.run_id = a.id left join people_pull_fixes f on f.run_id = a.id
      left join lateral (
        select id, number, title from pulls
        where id = coalesce(h.pull_id, f.pull_id) or work_item_id = a.work_item_id order by created_at desc limit 1) u on true
      left join lateral (
        select id from agent_questions where run_id = a.id and state = 'waiting' order by asked_at desc limit 1) q on true
    where a.id = any(${[...ids]})`);
  const progress = await lastProgress(on, rows);
  return new Map(rows.map(({ id, state: _state, workItemId: _item, ...row }) => [id, { ...row, progress: progress.get(id) ?? null }]));
}

/** From what was published of it; only of runs that go on, which are few. */
async function lastProgress(on: Queryable, rows: readonly Row[]): Promise<Map<string, NonNullable<RunAbout['progress']>>> {
  const going = rows.filter(({ state }) => state === 'running' || state === 'checking' || state === 'preparing');
  const items = going.flatMap(({ workItemId }) => (workItemId === null ? [] : [workItemId]));
  if (items.length === 0) return new Map();
  const told = await on.all(sql<{ subject: string; data: { message?: string; fraction?: number | null; step?: string | null }; occurredAt: Date }>`
    select distinct on (subject) subject, data, occurred_at from outbox
    where work_item_id = any(${items}) and subject = any(${going.map(({ id }) => id)}) and type = 'run.progress'
    order by subject, ordinal desc`);
  return new Map(
    told.map(({ subject, data, occurredAt }) => [
      subject,
      { message: data.message ?? '', fraction: data.fraction ?? null, step: data.step ?? null, at: occurredAt },
    ]),
  );
}

/** The document of a change request that an agent sent by itself. */
export async function submittedDocument(on: Queryable, changeRequestId: string): Promise<Record<string, unknown> | null> {
  const row = await on.maybe(sql<{ document: Record<string, unknown> }>`select document from change_requests where id = ${changeRequestId}`);
  return row?.document ?? null;
}
