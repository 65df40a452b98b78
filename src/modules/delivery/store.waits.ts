import { sql, type Queryable } from '#platform/db/index.ts';

/** A story that waits for a person's own work on a task. */
export interface TaskWait {
  taskId: string;
  workflowId: string;
  /** Whom it waits for, or whose change request it follows. */
  assignee: string;
  since: Date;
}

/** Notes who waits; true when nobody waited for this assignee before. */
export async function saveWait(on: Queryable, wait: Omit<TaskWait, 'since'>): Promise<boolean> {
  const touched = await on.run(sql`
    insert into task_waits (task_id, workflow_id, assignee) values (${wait.taskId}, ${wait.workflowId}, ${wait.assignee})
    on conflict (task_id) do update set workflow_id = excluded.workflow_id, assignee = excluded.assignee, since = now()
      where task_waits.workflow_id <> excluded.workflow_id or task_waits.assignee <> excluded.assignee`);
  return touched === 1;
}

export async function waitOf(on: Queryable, taskId: string): Promise<TaskWait | undefined> {
  return on.maybe(sql<TaskWait>`select * from task_waits where task_id = ${taskId}`);
}

export async function endWait(on: Queryable, taskId: string): Promise<void> {
  await on.run(sql`delete from task_waits where task_id = ${taskId}`);
}
