import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { Assignment, Task, TaskFilter, TaskState } from './model.ts';

const TASK = sql`t.*, array(select d.depends_on from task_dependencies d join tasks b on b.id = d.depends_on where d.task_id = t.id order by length(b.key), b.key) as depends_on`;

export async function insertTask(tx: Tx, task: Omit<Task, 'createdAt' | 'updatedAt' | 'state' | 'assignee' | 'assignment'>): Promise<void> {
  await withIntegrity({ taken: `The plan has a task ${task.key} already.` }, () =>
    tx.run(sql`insert into tasks (id, plan_id, work_item_id, key, title, description, role, scope, acceptance, estimate, checks, limits)
      values (${task.id}, ${task.planId}, ${task.workItemId}, ${task.key}, ${task.title}, ${task.description}, ${task.role}, ${task.scope}, ${task.acceptance},
        ${task.estimate}, ${task.checks}, ${json(task.limits)})`),
  );
}

/** Replaces what a task waits for. */
export async function saveDependencies(tx: Tx, taskId: string, dependsOn: readonly string[]): Promise<void> {
  await tx.run(sql`delete from task_dependencies where task_id = ${taskId}`);
  for (const id of dependsOn) await tx.run(sql`insert into task_dependencies (task_id, depends_on) values (${taskId}, ${id})`);
}

export function taskById(on: Queryable, id: string): Promise<Task | undefined> {
  return on.maybe(sql<Task>`select ${TASK} from tasks t where t.id = ${id}`);
}

export function lockTask(tx: Tx, id: string): Promise<Task | undefined> {
  return tx.maybe(sql<Task>`select ${TASK} from tasks t where t.id = ${id} for update of t`);
}

/** In the plan's order: t1, t2, … t10. */
export function tasksOfPlan(on: Queryable, planId: string): Promise<Task[]> {
  return on.all(sql<Task>`select ${TASK} from tasks t where t.plan_id = ${planId} order by length(t.key), t.key`);
}

export async function saveState(tx: Tx, id: string, state: TaskState): Promise<void> {
  await tx.run(sql`update tasks set state = ${state}, updated_at = now() where id = ${id}`);
}

export async function saveAssignment(tx: Tx, id: string, assignee: string | null, assignment: Assignment | null): Promise<void> {
  await tx.run(
    sql`update tasks set assignee = ${assignee}, assignment = ${assignment === null ? null : json(assignment)}, updated_at = now() where id = ${id}`,
  );
}

export async function saveContent(
  tx: Tx,
  task: Pick<Task, 'id' | 'title' | 'description' | 'role' | 'scope' | 'acceptance' | 'estimate' | 'checks' | 'limits'>,
): Promise<void> {
  await tx.run(sql`update tasks set title = ${task.title}, description = ${task.description}, role = ${task.role}, scope = ${task.scope}, acceptance = ${task.acceptance},
    estimate = ${task.estimate}, checks = ${task.checks}, limits = ${json(task.limits)}, updated_at = now() where id = ${task.id}`);
}

export async function deleteTask(tx: Tx, id: string): Promise<void> {
  await withIntegrity({ referenced: 'Other tasks wait for this one, or runs name it.' }, () => tx.run(sql`delete from tasks where id = ${id}`));
}

/** Open tasks by assignee. */
export async function openByAssignee(on: Queryable): Promise<Record<string, number>> {
  const rows = await on.all(sql<{ assignee: string; open: number }>`select assignee, count(*) as open from tasks
    where assignee is not null and state in ('ready', 'running', 'submitted') group by assignee`);
  return Object.fromEntries(rows.map(({ assignee, open }) => [assignee, open]));
}

/** Oldest first; one row more than asked proves that there is more. */
export function listTasks(on: Queryable, filter: TaskFilter): Promise<Task[]> {
  return on.all(sql<Task>`select ${TASK} from tasks t
    where t.id > ${filter.cursor ?? ''}
      and (${filter.planId ?? null}::text is null or t.plan_id = ${filter.planId ?? null})
      and (${filter.workItemId ?? null}::text is null or t.work_item_id = ${filter.workItemId ?? null})
      and (${filter.state ?? null}::text is null or t.state = ${filter.state ?? null})
      and (${filter.assignee ?? null}::text is null or t.assignee = ${filter.assignee ?? null})
    order by t.id limit ${filter.limit + 1}`);
}
