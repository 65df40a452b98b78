import { isDeepStrictEqual } from 'node:util';
import { AppError } from '#kernel/errors.ts';
import type { PlanId, TaskId, WorkItemId } from '#kernel/ids.ts';
import type { Tx } from '#platform/db/index.ts';
import { announce, assertHolds, existing, factsOf, type PlanningDeps } from './commands.context.ts';
import { isOpen, readyTasks } from './decide.tasks.ts';
import { validatePlan } from './decide.validate.ts';
import { PLAN_EVENTS, PLAN_REMOVED, TASK_EVENTS } from './events.ts';
import { DEFAULT_MAX_CONTEXT_TOKENS, DEFAULT_MAX_FILES, PlanDocument, type Plan, type PlanEditing, type PlanState, type Task } from './model.ts';
import * as store from './store.ts';
import * as taskStore from './store.tasks.ts';

export interface PlanCommands extends Pick<PlanEditing, 'createPlan' | 'changePlanState' | 'removePlan'> {
  /**
   * Stores a document as the item's next plan version with its tasks; the plan in force before is superseded and its open tasks
   * dropped. The same document while a draft waits answers that draft: a repeated step makes no second version.
   */
  save(tx: Tx, workItemId: string, document: PlanDocument, planner: string, promptHash?: string | null): Promise<{ plan: Plan; tasks: Task[] }>;
  /** The decision was asked for. Idempotent. */
  submit(tx: Tx, planId: string, by: string): Promise<Plan>;
  /** Approved: tasks that wait for nothing become ready. Idempotent; a declined or superseded plan is a conflict. */
  approve(tx: Tx, planId: string, by: string): Promise<Plan>;
  /** Declined: its open tasks are dropped. Idempotent. */
  decline(tx: Tx, planId: string, by: string): Promise<Plan>;
}

const FROM: Readonly<Record<'awaiting_approval' | 'approved' | 'declined', readonly PlanState[]>> = {
  awaiting_approval: ['draft'],
  approved: ['draft', 'awaiting_approval'],
  declined: ['draft', 'awaiting_approval', 'approved'],
};

export function createPlanCommands(deps: PlanningDeps): PlanCommands {
  const { db } = deps;

  async function move(tx: Tx, planId: string, to: keyof typeof FROM, by: string): Promise<Plan> {
    const plan = existing(await store.lockPlan(tx, planId), 'plan', planId);
    if (plan.state === to) return plan;
    if (!FROM[to].includes(plan.state))
      throw new AppError('conflict', `The plan is ${plan.state.replace('_', ' ')}; it cannot become ${to.replace('_', ' ')}.`, {
        code: 'plan_state',
        detail: { state: plan.state },
      });
    await setPlanState(deps, tx, plan, to, by);
    if (to === 'declined') await dropOpenTasks(deps, tx, planId, by);
    if (to === 'approved') for (const id of readyTasks(await taskStore.tasksOfPlan(tx, planId))) await taskStore.saveState(tx, id, 'ready');
    return existing(await store.planById(tx, planId), 'plan', planId);
  }

  const save: PlanCommands['save'] = (tx, workItemId, document, planner, promptHash = null) =>
    savePlan(deps, tx, { workItemId: workItemId as WorkItemId, document, planner, promptHash });
  return {
    save,
    submit: (tx, planId, by) => move(tx, planId, 'awaiting_approval', by),
    approve: (tx, planId, by) => move(tx, planId, 'approved', by),
    decline: (tx, planId, by) => move(tx, planId, 'declined', by),
    async createPlan(workItemId, document, by) {
      if ((await deps.work.get(workItemId)) === null) throw new AppError('not_found', `There is no work item ${workItemId}.`);
      assertHolds(validatePlan(document, await factsOf(deps, workItemId, limitsOf(deps))));
      return (await db.tx((tx) => save(tx, workItemId, document, by.subject))).plan;
    },
    changePlanState: (planId, to, by) => db.tx((tx) => move(tx, planId, to, by.subject)),
    removePlan: (planId, by) =>
      db.tx(async (tx) => {
        const plan = existing(await store.lockPlan(tx, planId), 'plan', planId);
        if (plan.state === 'approved' || plan.state === 'awaiting_approval')
          throw new AppError('conflict', `The plan is ${plan.state.replace('_', ' ')}: decline it first.`, { code: 'plan_state' });
        await store.deletePlan(tx, planId);
        await announce(deps, tx, {
          kind: PLAN_REMOVED,
          subject: planId,
          actor: by.subject,
          workItemId: plan.workItemId,
          data: { version: plan.version, state: plan.state },
        });
      }),
  };
}

export function limitsOf(deps: Pick<PlanningDeps, 'maxFiles' | 'maxContextTokens'>): { maxFiles: number; maxContextTokens: number } {
  return { maxFiles: deps.maxFiles ?? DEFAULT_MAX_FILES, maxContextTokens: deps.maxContextTokens ?? DEFAULT_MAX_CONTEXT_TOKENS };
}

type NewPlan = Pick<Plan, 'workItemId' | 'document' | 'planner' | 'promptHash'>;

async function savePlan(deps: PlanningDeps, tx: Tx, input: NewPlan): Promise<{ plan: Plan; tasks: Task[] }> {
  const document = PlanDocument.parse(input.document);
  await store.lockItem(tx, input.workItemId);
  const before = await store.planInForce(tx, input.workItemId);
  if (before !== undefined) {
    const same = before.state !== 'approved' && before.planner === input.planner && isDeepStrictEqual(PlanDocument.parse(before.document), document);
    if (same) return { plan: before, tasks: await taskStore.tasksOfPlan(tx, before.id) };
    await setPlanState(deps, tx, before, 'superseded', input.planner);
    await dropOpenTasks(deps, tx, before.id, input.planner);
  }
  const id = deps.ids.next('plan');
  const version = await store.nextVersion(tx, input.workItemId);
  await store.insertPlan(tx, { ...input, document, id, version });
  await insertTasks(deps, tx, { id, workItemId: input.workItemId, document });
  await announce(deps, tx, {
    kind: PLAN_EVENTS.draft,
    subject: id,
    actor: actorOf(input.planner),
    workItemId: input.workItemId,
    data: {
      version,
      planner: input.planner,
      prompt_hash: input.promptHash,
      estimate: document.estimate,
      tasks: document.tasks.length,
      acceptance: document.acceptance.length,
      supersedes: before?.id ?? null,
    },
  });
  return { plan: existing(await store.planById(tx, id), 'plan', id), tasks: await taskStore.tasksOfPlan(tx, id) };
}

/** Rules act as the system; people, agents and models as themselves. */
function actorOf(planner: string): string {
  if (planner === 'rules') return 'system';
  return /^(?:person|agent|token):/.test(planner) || planner === 'system' ? planner : `model:${planner}`;
}

async function insertTasks(deps: PlanningDeps, tx: Tx, plan: { id: PlanId; workItemId: WorkItemId; document: PlanDocument }): Promise<void> {
  const idOf = new Map<string, TaskId>(plan.document.tasks.map((task) => [task.key, deps.ids.next('task')]));
  const rows = plan.document.tasks.map(({ depends_on, ...task }) => ({
    ...task,
    id: idOf.get(task.key) ?? deps.ids.next('task'),
    planId: plan.id,
    workItemId: plan.workItemId,
    dependsOn: depends_on.flatMap((key) => idOf.get(key) ?? []),
  }));
  for (const row of rows) await taskStore.insertTask(tx, row);
  for (const row of rows) await taskStore.saveDependencies(tx, row.id, row.dependsOn);
}

async function setPlanState(deps: PlanningDeps, tx: Tx, plan: Plan, to: PlanState, by: string): Promise<void> {
  await store.savePlanState(tx, plan.id, to);
  await announce(deps, tx, {
    kind: PLAN_EVENTS[to],
    subject: plan.id,
    actor: actorOf(by),
    workItemId: plan.workItemId,
    data: { version: plan.version, from: plan.state, to },
  });
}

async function dropOpenTasks(deps: PlanningDeps, tx: Tx, planId: string, by: string): Promise<void> {
  for (const task of await taskStore.tasksOfPlan(tx, planId)) {
    if (!isOpen(task.state)) continue;
    await taskStore.saveState(tx, task.id, 'dropped');
    await announce(deps, tx, {
      kind: TASK_EVENTS.dropped,
      subject: task.id,
      actor: actorOf(by),
      workItemId: task.workItemId,
      data: { plan_id: planId, key: task.key, from: task.state, to: 'dropped' },
    });
  }
}
