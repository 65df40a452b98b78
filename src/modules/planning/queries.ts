import type { Db } from '#platform/db/index.ts';
import type { Listing, Plan, PlanFilter, Task, TaskFilter } from './model.ts';
import { listPlans, planById, plansOfItem } from './store.ts';
import { listTasks, openByAssignee, taskById, tasksOfPlan } from './store.tasks.ts';

export interface PlanningQueries {
  plan(id: string): Promise<Plan | null>;
  /** All versions of an item's plan, newest first. */
  plansOf(workItemId: string): Promise<Plan[]>;
  plans(filter: PlanFilter): Promise<Listing<Plan>>;
  /** In the plan's order. */
  tasks(planId: string): Promise<Task[]>;
  task(id: string): Promise<Task | null>;
  listTasks(filter: TaskFilter): Promise<Listing<Task>>;
  /** Tasks in work by `person:<handle>` or `agent:<name>`. */
  load(): Promise<Record<string, number>>;
}

export function createPlanningQueries(db: Db): PlanningQueries {
  return {
    plan: async (id) => (await planById(db, id)) ?? null,
    plansOf: (workItemId) => plansOfItem(db, workItemId),
    plans: async (filter) => cut(await listPlans(db, filter), filter.limit),
    tasks: (planId) => tasksOfPlan(db, planId),
    task: async (id) => (await taskById(db, id)) ?? null,
    listTasks: async (filter) => cut(await listTasks(db, filter), filter.limit),
    load: () => openByAssignee(db),
  };
}

function cut<T extends { id: string }>(rows: T[], limit: number): Listing<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
