import type { PlanState, TaskState } from './model.ts';

/** Event and ledger kinds; persisted. Subject: the plan's id. */
export const PLAN_EVENTS: Readonly<Record<PlanState, string>> = {
  draft: 'plan.drafted',
  awaiting_approval: 'plan.submitted',
  approved: 'plan.approved',
  declined: 'plan.declined',
  superseded: 'plan.superseded',
};
export const PLAN_REMOVED = 'plan.removed';

/** Subject: the task's id. */
export const TASK_EVENTS: Readonly<Record<TaskState, string>> = {
  planned: 'task.planned',
  ready: 'task.ready',
  running: 'task.running',
  submitted: 'task.submitted',
  landed: 'task.landed',
  failed: 'task.failed',
  dropped: 'task.dropped',
};
export const TASK_ASSIGNED = 'task.assigned';
export const TASK_ADDED = 'task.added';
export const TASK_CHANGED = 'task.changed';
export const TASK_REMOVED = 'task.removed';
