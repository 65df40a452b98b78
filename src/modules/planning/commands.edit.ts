import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Tx } from '#platform/db/index.ts';
import { announce, assertHolds, existing, factsOf, type PlanningDeps } from './commands.context.ts';
import { limitsOf } from './commands.plans.ts';
import { accountableFor } from './decide.assign.ts';
import { validatePlan } from './decide.validate.ts';
import { TASK_ADDED, TASK_ASSIGNED, TASK_CHANGED, TASK_REMOVED } from './events.ts';
import type { Assignment, Plan, PlanDocument, PlanEditing, PlannedTask, Task, TaskChange } from './model.ts';
import * as planStore from './store.ts';
import * as store from './store.tasks.ts';

/**
 * Editing the tasks of a draft by hand. Document and rows change together and must hold as a plan afterwards. From the moment a
 * decision was asked for the content stays as it is: an approval is bound to it. Who does a task may change until it is over.
 */
export function createEditCommands(deps: PlanningDeps): Pick<PlanEditing, 'addTask' | 'changeTask' | 'giveTask' | 'removeTask'> {
  const { db } = deps;
  return {
    addTask: (planId, input, by) =>
      db.tx(async (tx) => {
        const plan = await draftOf(tx, planId);
        const task: PlannedTask = { ...input, key: input.key ?? freeKey(plan.document) };
        await rewrite(deps, tx, plan, { ...plan.document, tasks: [...plan.document.tasks, task] });
        const id = deps.ids.next('task');
        const rows = await store.tasksOfPlan(tx, planId);
        const { depends_on, ...content } = task;
        await store.insertTask(tx, { ...content, id, planId: plan.id, workItemId: plan.workItemId, dependsOn: [] });
        await store.saveDependencies(tx, id, idsOf(rows, depends_on));
        await announce(deps, tx, {
          kind: TASK_ADDED,
          subject: id,
          actor: by.subject,
          workItemId: plan.workItemId,
          data: { plan_id: planId, key: task.key, title: task.title, scope: task.scope },
        });
        return existing(await store.taskById(tx, id), 'task', id);
      }),
    async changeTask(taskId, change, by) {
      await refuseUnknown(deps, change.assignee ?? null);
      return db.tx((tx) => changeTask(deps, tx, taskId, { change, by }));
    },
    giveTask: (tx, taskId, assignee, by) => changeTask(deps, tx, taskId, { change: { assignee }, by }),
    removeTask: (taskId, by) =>
      db.tx(async (tx) => {
        const task = existing(await store.lockTask(tx, taskId), 'task', taskId);
        const plan = await draftOf(tx, task.planId);
        const waiting = plan.document.tasks.filter(({ depends_on }) => depends_on.includes(task.key)).map(({ key }) => key);
        if (waiting.length > 0)
          throw new AppError('conflict', `${waiting.join(', ')} wait${waiting.length === 1 ? 's' : ''} for ${task.key}: change that first.`, {
            code: 'referenced',
          });
        if (plan.document.tasks.length === 1) throw new AppError('conflict', 'A plan needs a task: remove the plan instead.', { code: 'last_task' });
        await rewrite(deps, tx, plan, { ...plan.document, tasks: plan.document.tasks.filter(({ key }) => key !== task.key) });
        await store.deleteTask(tx, taskId);
        await announce(deps, tx, {
          kind: TASK_REMOVED,
          subject: taskId,
          actor: by.subject,
          workItemId: task.workItemId,
          data: { plan_id: task.planId, key: task.key, title: task.title },
        });
      }),
  };
}

/** A story would wait for ever for somebody who is not there. */
async function refuseUnknown(deps: PlanningDeps, assignee: string | null): Promise<void> {
  const refusal = assignee === null ? null : ((await deps.refuseAssignee?.(assignee)) ?? null);
  if (refusal !== null) throw new AppError('invalid', refusal, { code: 'assignee_unknown' });
}

async function draftOf(tx: Tx, planId: string): Promise<Plan> {
  const plan = existing(await planStore.lockPlan(tx, planId), 'plan', planId);
  if (plan.state !== 'draft')
    throw new AppError('conflict', `The plan is ${plan.state.replace('_', ' ')}: only a draft's tasks may change. Post a new plan instead.`, {
      code: 'plan_state',
      detail: { state: plan.state },
    });
  return plan;
}

async function rewrite(deps: PlanningDeps, tx: Tx, plan: Plan, document: PlanDocument): Promise<void> {
  assertHolds(validatePlan(document, await factsOf(deps, plan.workItemId, limitsOf(deps))));
  await planStore.saveDocument(tx, plan.id, document);
}

function freeKey(document: PlanDocument): string {
  const highest = Math.max(0, ...document.tasks.map(({ key }) => Number(key.slice(1))));
  return `t${highest + 1}`;
}

function idsOf(rows: readonly Task[], keys: readonly string[]): string[] {
  return keys.flatMap((key) => rows.find((row) => row.key === key)?.id ?? []);
}

async function changeTask(deps: PlanningDeps, tx: Tx, taskId: string, { change, by }: { change: TaskChange; by: Actor }): Promise<Task> {
  const task = existing(await store.lockTask(tx, taskId), 'task', taskId);
  const { assignee, ...content } = change;
  if (Object.values(content).some((value) => value !== undefined)) await changeContent(deps, tx, task, { content, by });
  if (assignee !== undefined && assignee !== task.assignee) await reassign(deps, tx, task, { assignee, by });
  return existing(await store.taskById(tx, taskId), 'task', taskId);
}

async function changeContent(
  deps: PlanningDeps,
  tx: Tx,
  task: Task,
  { content, by }: { content: Omit<TaskChange, 'assignee'>; by: Actor },
): Promise<void> {
  const plan = await draftOf(tx, task.planId);
  const given = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
  const tasks = plan.document.tasks.map((planned): PlannedTask => (planned.key === task.key ? { ...planned, ...given } : planned));
  const after = tasks.find(({ key }) => key === task.key);
  if (after === undefined) throw new AppError('internal', `Task ${task.key} is missing from its plan's document.`);
  await rewrite(deps, tx, plan, { ...plan.document, tasks });
  await store.saveContent(tx, { ...after, id: task.id });
  if (content.depends_on !== undefined)
    await store.saveDependencies(tx, task.id, idsOf(await store.tasksOfPlan(tx, task.planId), content.depends_on));
  await announce(deps, tx, {
    kind: TASK_CHANGED,
    subject: task.id,
    actor: by.subject,
    workItemId: task.workItemId,
    data: { plan_id: task.planId, key: task.key, fields: Object.keys(given) },
  });
}

async function reassign(deps: PlanningDeps, tx: Tx, task: Task, { assignee, by }: { assignee: string | null; by: Actor }): Promise<void> {
  if (task.state === 'landed' || task.state === 'dropped' || task.state === 'running') {
    throw new AppError('conflict', `Task ${task.key} is ${task.state}: it cannot change hands now.`, {
      code: 'task_state',
      detail: { state: task.state },
    });
  }
  const assignment: Assignment = {
    reason: `Chosen by ${by.subject}.`,
    by: by.subject,
    score: null,
    candidates: task.assignment?.candidates ?? [],
    suggestedSprint: null,
    accountable: accountableFor(assignee, task.assignment?.candidates ?? []),
  };
  await store.saveAssignment(tx, task.id, assignee, assignee === null ? null : assignment);
  await announce(deps, tx, {
    kind: TASK_ASSIGNED,
    subject: task.id,
    actor: by.subject,
    workItemId: task.workItemId,
    data: { key: task.key, before: task.assignee, assignee, reason: assignment.reason },
  });
}
