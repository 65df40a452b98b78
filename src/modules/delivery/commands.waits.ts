import type { PublishedEvent } from '#kernel/event.ts';
import type { Db } from '#platform/db/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import { waitOf } from './store.waits.ts';

/** Events after which a task that waits for a person may have gone on: their change request moved, or the task changed hands. */
export const TASK_WAIT_EVENTS = [
  'change_request.submitted',
  'change_request.landed',
  'change_request.already_landed',
  'change_request.quarantined',
  'change_request.dropped',
  'task.assigned',
  'task.dropped',
] as const;

/** Wakes the story that waits for a task, when there is one. It reads the rows itself: the message says only that it should look. */
export async function wakeWaiting(deps: { db: Db; workflow: Pick<WorkflowEngine, 'send'> }, event: PublishedEvent): Promise<void> {
  const taskId = event.type.startsWith('task.') ? event.subject : event.data['task_id'];
  if (typeof taskId !== 'string') return;
  await deps.db.tx(async (tx) => {
    const wait = await waitOf(tx, taskId);
    if (wait === undefined) return;
    const topics = event.type.startsWith('task.') ? [`task:${taskId}`] : [`task:${taskId}`, `change_request:${event.subject}`];
    for (const topic of topics) await deps.workflow.send(tx, wait.workflowId, topic, { event: event.type }, `${topic}:${event.seq}`);
  });
}
