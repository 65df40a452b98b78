import { isAtLeast, type Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Keep } from '#platform/http/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { AgentRun, StartJob, WithRun } from '#modules/agents/index.ts';
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
 * a work item: its first task (of the role, if one is named) that waits for nobody. An agent that a maintainer names gets the task for good. The run, its work and
 * what `keep` keeps of it are there together or not at all; while a run is at work, that one is answered.
 */
export async function startJob(deps: JobDeps, input: StartJob, by: Actor, keep?: Keep<AgentRun>): Promise<AgentRun> {
  const task = await taskOf(deps, input);
  if (task.state === 'landed') throw new AppError('conflict', `"${task.title}" has landed already.`, { code: 'task_landed' });
  if (task.state === 'dropped') throw new AppError('conflict', `"${task.title}" is no task of the plan any more.`, { code: 'task_dropped' });
  const story = await deps.store.currentStory(deps.db, task.workItemId);
  if (story !== null && story.endedAs === null) {
    throw new AppError('conflict', 'The story of this work is under way and starts its tasks itself.', {
      code: 'story_under_way',
      hint: 'Wait for its end, or stop the run that keeps it busy.',
    });
  }
  const before = (await deps.agents.list({ taskId: task.id, limit: 200 })).items;
  const atWork = before.find((run) => run.endedAt === null);
  if (atWork !== undefined) return ofAgent(atWork, input.agent);
  const attempt = Math.max(0, ...before.map((run) => run.attempt)) + 1;
  const agent = otherAgent(deps, task, { agent: input.agent, by });
  const also: WithRun = async (tx, run) => {
    if (agent !== null) await deps.planning.giveTask(tx, task.id, `agent:${agent}`, by);
    await deps.planning.setTaskState(tx, task.id, 'running');
    await deps.workflow.start(tx, TASK_WORKFLOW, `${TASK_WORKFLOW}:${task.id}:job-${attempt}`, {
      workItemId: task.workItemId,
      taskId: task.id,
      firstAttempt: attempt,
      feedback: null,
    });
    deps.ledger.append(tx, {
      kind: 'job.started',
      subject: run.id,
      actor: by.subject,
      workItemId: task.workItemId,
      payload: { task_id: task.id, attempt },
    });
    await keep?.(tx, run);
  };
  const prepared = await deps.steps.prepareRun(task.id, attempt, null, null, { agent, also });
  if (prepared.kind === 'answered')
    throw new AppError('conflict', 'A person answered the conflict of this task, and the merge queue has their answer.', {
      code: 'answered_by_person',
      detail: { change_request_id: prepared.entryId },
    });
  if (prepared.kind === 'person')
    throw new AppError('conflict', `The task is assigned to ${prepared.assignee}, a person.`, {
      code: 'assigned_to_person',
      hint: 'Name the agent that is to do it instead.',
    });
  if (prepared.kind === 'held')
    throw new AppError('conflict', `Other tasks work on files of this one: ${prepared.by.join(', ')}.`, {
      code: 'owned_by_other_task',
      hint: 'Start it again when they have ended.',
    });
  const run = await deps.agents.get(prepared.request.runId);
  if (run === null) throw new AppError('internal', 'The run was not stored.');
  return ofAgent(run, input.agent);
}

async function taskOf(deps: JobDeps, { taskId, workItemId, role }: StartJob): Promise<Task> {
  const task = taskId === null ? await readyTaskOf(deps, workItemId ?? '', role) : await deps.planning.task(taskId);
  if (task === null) throw new AppError('not_found', `There is no task ${taskId ?? ''}.`);
  if (role !== null && task.role !== role)
    throw new AppError('invalid', `"${task.title}" is work for a ${task.role}, not for a ${role}.`, { code: 'other_role' });
  return task;
}

async function readyTaskOf(deps: JobDeps, workItemId: string, role: StartJob['role']): Promise<Task> {
  const plan = (await deps.planning.plansOf(workItemId)).find((each) => each.state === 'approved');
  if (plan === undefined)
    throw new AppError('conflict', 'This work has no approved plan yet.', {
      code: 'no_plan',
      hint: 'Start its story with POST /orchestrate/{issue_id}.',
    });
  const tasks = (await deps.planning.tasks(plan.id)).filter((each) => role === null || each.role === role);
  const task = tasks.find((each) => each.state === 'ready' || each.state === 'failed');
  if (task !== undefined) return task;
  const what = role === null ? 'No task' : `No task for a ${role}`;
  throw new AppError('conflict', `${what} of this work is ready to be started.`, { code: 'no_ready_task' });
}

/** Whoever asked for another agent is not told that the work of this one is theirs. */
function ofAgent(run: AgentRun, wanted: string | null): AgentRun {
  if (wanted === null || run.agent === wanted) return run;
  throw new AppError('conflict', `A run of ${run.agent} is at work on this task.`, {
    code: 'other_agent_at_work',
    hint: `Stop it first: reeve job stop ${run.id}`,
    detail: { job_id: run.id },
  });
}

/** The agent that gets the task, where that is another one than has it; null: nobody new. */
function otherAgent(deps: Pick<JobDeps, 'agents'>, task: Task, { agent, by }: { agent: string | null; by: Actor }): string | null {
  if (agent === null || task.assignee === `agent:${agent}`) return null;
  if (!isAtLeast(by.role, 'maintainer'))
    throw new AppError('forbidden', 'Only a maintainer gives a task to another agent.', { code: 'maintainer_needed', hint: 'Leave the agent out.' });
  const names = deps.agents.agents().map(({ name }) => name);
  if (names.includes(agent)) return agent;
  throw new AppError('invalid', `There is no agent "${agent}".`, { code: 'agent_unknown', hint: `There are: ${names.join(', ') || 'none'}.` });
}
