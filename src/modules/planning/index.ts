import type { PlanningDeps } from './commands.context.ts';
import { createDrafting, type Drafting } from './commands.draft.ts';
import { createEditCommands } from './commands.edit.ts';
import { createPlanCommands, type PlanCommands } from './commands.plans.ts';
import { createTaskCommands, type TaskCommands } from './commands.tasks.ts';
import type { PlanEditing } from './model.ts';
import { createPlanningQueries, type PlanningQueries } from './queries.ts';

export { AgentRole, AssignerAnswer, PlanDocument, PlannedTask, PlannerAnswer, TASK_STATES } from './model.ts';
export type { Assessment, Assignment, Plan, PlanFacts, PlanProblem, PlanState, Prepared, Task, TaskState } from './model.ts';
export type { PlanningDeps } from './commands.context.ts';
export type { PrepareInput } from './commands.draft.ts';
export type { AssignInput } from './commands.tasks.ts';
export { PLAN_EVENTS, TASK_ASSIGNED, TASK_EVENTS } from './events.ts';
export { testGlobs, withTesterTask } from './decide.tests.ts';
export { decideAssignments, type AgentCandidate, type PersonCandidate } from './decide.assign.ts';
export { draftByRules } from './decide.draft.ts';
export { globsOverlap, scopesOverlap } from './decide.scope.ts';
export { splitRequest, type RequestSplit } from './decide.split.ts';
export { planJsonSchema, sentenceOf, validatePlan } from './decide.validate.ts';
export { readyTasks } from './decide.tasks.ts';
export { renderPlanComment } from './decide.render.ts';
export { createPlanChecks, type PlanCheck, type PlanCheckDeps, type PlanChecks, type TaskWaits } from './queries.check.ts';
export { planCheckRoutes } from './routes.check.ts';
export { planningRoutes, presentPlan, presentTask } from './routes.ts';

/** Feasibility, plans, tasks and who does them. */
export type Planning = Drafting & PlanCommands & TaskCommands & PlanEditing & PlanningQueries;

export function createPlanning(deps: PlanningDeps): Planning {
  return {
    ...createDrafting(deps),
    ...createPlanCommands(deps),
    ...createTaskCommands(deps),
    ...createEditCommands(deps),
    ...createPlanningQueries(deps.db),
  };
}
