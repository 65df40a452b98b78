import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Keep } from '#platform/http/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { AgentRun, StartJob } from '#modules/agents/index.ts';
import type { Task } from '#modules/planning/index.ts';
import { TASK_WORKFLOW } from './model.ts';
import type { DeliveryDeps } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

export interface JobDeps extends Pick<DeliveryDeps, 'db' | 'agents' | 'planning' | 'ledger' | 'store'> {
  steps: Pick<DeliverySteps, 'prepareRun'>;
  workflow: Pick<WorkflowEngine, 'start'>;
}

/**
 * Starts one more try of a task by a person's wish, outside the story's own order; policy still decides about the dispatch. For
 * a work item: its first task that waits for nobody. `keep` is told of the run in the transaction that starts it.
 */
export async function startJob(deps: JobDeps, input: StartJob, by: Actor, keep?: Keep<AgentRun>): Promise<AgentRun> {
  const task = input.taskId === null ? await readyTaskOf(deps, input.workItemId ?? '') : await deps.planning.task(input.taskId);
  if (task === null) throw new AppError('not_found', `There is no task ${input.taskId ?? ''}.`);
  if (task.state === 'landed') throw new AppError('conflict', `"${task.title}" has landed already.`, { code: 'task_landed' });
  const story = await deps.store.currentStory(deps.db, task.workItemId);
  if (story !== null && story.endedAs === null) {
    throw new AppError('conflict', 'The story of this work is under way and starts its tasks itself.', {
      code: 'story_under_way',
      hint: 'Wait for its end, or stop the run that keeps it busy.',
    });
  }
  const before = (await deps.agents.list({ taskId: task.id, limit: 200 })).items;
  const unfinished = before.find((run) => run.endedAt === null);
  if (unfinished !== undefined) return unfinished;
  const attempt = Math.max(0, ...before.map((run) => run.attempt)) + 1;
  const prepared = await deps.steps.prepareRun(task.id, attempt, null);
  if (prepared.kind === 'person')
    throw new AppError('conflict', `The task is assigned to ${prepared.assignee}, a person.`, { code: 'assigned_to_person' });
  if (prepared.kind === 'held')
    throw new AppError('conflict', `Other tasks work on files of this one: ${prepared.by.join(', ')}.`, {
      code: 'owned_by_other_task',
      hint: 'Start it again when they have ended.',
    });
  const run = await deps.agents.get(prepared.request.runId);
  if (run === null) throw new AppError('internal', 'The run was not stored.');
  await deps.db.tx(async (tx) => {
    await deps.workflow.start(tx, TASK_WORKFLOW, `${TASK_WORKFLOW}:${task.id}:job-${attempt}`, {
      workItemId: task.workItemId,
      taskId: task.id,
      firstAttempt: attempt,
      feedback: null,
    });
    deps.ledger.append(tx, {
      kind: 'job.started',
      subject: prepared.request.runId,
      actor: by.subject,
      workItemId: task.workItemId,
      payload: { task_id: task.id, attempt },
    });
    await keep?.(tx, run);
  });
  return run;
}

async function readyTaskOf(deps: JobDeps, workItemId: string): Promise<Task> {
  const plan = (await deps.planning.plansOf(workItemId)).find((each) => each.state === 'approved');
  if (plan === undefined)
    throw new AppError('conflict', 'This work has no approved plan yet.', {
      code: 'no_plan',
      hint: 'Start its story with POST /orchestrate/{issue_id}.',
    });
  const task = (await deps.planning.tasks(plan.id)).find((each) => each.state === 'ready' || each.state === 'failed');
  if (task === undefined) throw new AppError('conflict', 'No task of this work is ready to be started.', { code: 'no_ready_task' });
  return task;
}
