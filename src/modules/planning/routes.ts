import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, pageBody } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { PLAN_STATES, PlanDocument, PlannedTask, TASK_STATES, TaskInput, type Plan, type PlanEditing, type Task } from './model.ts';
import type { PlanningQueries } from './queries.ts';

const Id = z.object({ id: z.string() });
const PlanView = z.object({
  id: z.string(),
  work_item_id: z.string(),
  version: z.number(),
  state: z.enum(PLAN_STATES),
  document: PlanDocument,
  planner: z.string(),
  prompt_hash: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
const CandidateView = z.object({
  who: z.string(),
  score: z.number().nullable(),
  parts: z.object({ skill: z.number(), ownership: z.number(), capacity: z.number(), timezone: z.number() }),
  says: z.array(z.string()),
});
const AssignmentView = z.object({
  reason: z.string(),
  by: z.string(),
  score: z.number().nullable(),
  candidates: z.array(CandidateView),
  suggested_sprint: z.string().nullable(),
  accountable: z.object({ who: z.string(), reason: z.string() }).nullable(),
});
const TaskView = z.object({
  id: z.string(),
  plan_id: z.string(),
  work_item_id: z.string(),
  key: z.string(),
  title: z.string(),
  description: z.string(),
  role: z.string(),
  scope: z.array(z.string()),
  depends_on: z.array(z.string()),
  acceptance: z.array(z.string()),
  estimate: z.string(),
  checks: z.array(z.string()),
  limits: PlannedTask.shape.limits,
  assignee: z.string().nullable(),
  assignment: AssignmentView.nullable(),
  state: z.enum(TASK_STATES),
  created_at: z.string(),
  updated_at: z.string(),
});

const PlanBody = z.strictObject({ work_item_id: z.string(), document: PlanDocument });
// Approval is an action with a digest and a person behind it, so it is no field of this resource.
const PlanPatch = z.strictObject({ state: z.enum(['awaiting_approval', 'declined']) });
const TaskBody = TaskInput.extend({ plan_id: z.string() });
const Assignee = z
  .string()
  .regex(/^(?:person|agent):[\w.-]{1,80}$/, 'must be person:<handle> or agent:<name>')
  .nullable();
// Without defaults: a PATCH must not reset what it does not name.
const TaskPatch = z
  .strictObject({
    title: PlannedTask.shape.title,
    description: PlannedTask.shape.description,
    scope: PlannedTask.shape.scope,
    checks: PlannedTask.shape.checks.unwrap(),
    estimate: PlannedTask.shape.estimate,
    limits: PlannedTask.shape.limits,
    depends_on: PlannedTask.shape.depends_on.unwrap(),
    acceptance: PlannedTask.shape.acceptance.unwrap(),
    assignee: Assignee,
  })
  .partial();
const PlanQuery = PageQuery.extend({
  project: z.string().optional().describe('Id or key of the project.'),
  work_item_id: z.string().optional(),
  state: z.enum(PLAN_STATES).optional(),
});
const TaskQuery = PageQuery.extend({
  plan_id: z.string().optional(),
  work_item_id: z.string().optional(),
  state: z.enum(TASK_STATES).optional(),
  assignee: z.string().optional(),
});

/** What the routes need of planning. */
export type PlanningApi = PlanningQueries & PlanEditing;

/** `/v1/plans` and `/v1/tasks`. */
export function planningRoutes({ planning }: { planning: PlanningApi }): RouteDefinition[] {
  return [...planRoutes(planning), ...taskReadRoutes(planning), ...taskWriteRoutes(planning)];
}

function planRoutes(planning: PlanningApi): RouteDefinition[] {
  const tag = 'plans';
  return [
    route({
      method: 'GET',
      path: '/v1/plans',
      summary: 'List plans, newest first',
      tag,
      access: 'viewer',
      query: PlanQuery,
      response: { status: 200, schema: pageSchema(PlanView) },
      handle: async ({ query: { project, work_item_id: workItemId, ...same } }) =>
        pageBody(await planning.plans({ ...same, projectId: project, workItemId }), presentPlan),
    }),
    route({
      method: 'GET',
      path: '/v1/plans/:id',
      summary: 'One plan',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: PlanView },
      handle: async ({ params }) => presentPlan(foundOr404(await planning.plan(params.id), 'plan')),
    }),
    route({
      method: 'POST',
      path: '/v1/plans',
      summary: 'Store a plan a person wrote as the newest draft',
      tag,
      access: 'maintainer',
      body: PlanBody,
      response: { status: 201, schema: PlanView },
      handle: async ({ body, ...request }) => presentPlan(await planning.createPlan(body.work_item_id, body.document, actorOf(request))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/plans/:id',
      summary: 'Submit or decline a plan (approval goes through /v1/approvals)',
      tag,
      access: 'maintainer',
      params: Id,
      body: PlanPatch,
      response: { status: 200, schema: PlanView },
      handle: async ({ params, body, ...request }) => presentPlan(await planning.changePlanState(params.id, body.state, actorOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/plans/:id',
      summary: 'Remove a plan nothing names',
      tag,
      access: 'maintainer',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => planning.removePlan(params.id, actorOf(request)),
    }),
  ];
}

function taskReadRoutes(planning: PlanningApi): RouteDefinition[] {
  const tag = 'tasks';
  return [
    route({
      method: 'GET',
      path: '/v1/tasks',
      summary: 'List tasks, oldest first',
      tag,
      access: 'viewer',
      query: TaskQuery,
      response: { status: 200, schema: pageSchema(TaskView) },
      handle: async ({ query }) =>
        pageBody(
          await planning.listTasks({
            planId: query.plan_id,
            workItemId: query.work_item_id,
            state: query.state,
            assignee: query.assignee,
            limit: query.limit,
            cursor: query.cursor,
          }),
          presentTask,
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/tasks/:id',
      summary: 'One task',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: TaskView },
      handle: async ({ params }) => presentTask(foundOr404(await planning.task(params.id), 'task')),
    }),
  ];
}

function taskWriteRoutes(planning: PlanningApi): RouteDefinition[] {
  const tag = 'tasks';
  return [
    route({
      method: 'POST',
      path: '/v1/tasks',
      summary: 'Add a task to a draft plan',
      tag,
      access: 'maintainer',
      body: TaskBody,
      response: { status: 201, schema: TaskView },
      handle: async ({ body: { plan_id: planId, ...input }, ...request }) => presentTask(await planning.addTask(planId, input, actorOf(request))),
    }),
    route({
      method: 'PATCH',
      path: '/v1/tasks/:id',
      summary: 'Change a task of a draft plan, or who does it',
      tag,
      access: 'maintainer',
      params: Id,
      body: TaskPatch,
      response: { status: 200, schema: TaskView },
      handle: async ({ params, body, ...request }) => presentTask(await planning.changeTask(params.id, body, actorOf(request))),
    }),
    route({
      method: 'DELETE',
      path: '/v1/tasks/:id',
      summary: 'Remove a task of a draft plan nothing waits for',
      tag,
      access: 'maintainer',
      params: Id,
      response: { status: 204, schema: null },
      handle: ({ params, ...request }) => planning.removeTask(params.id, actorOf(request)),
    }),
  ];
}

export function presentPlan(plan: Plan): z.infer<typeof PlanView> {
  return {
    id: plan.id,
    work_item_id: plan.workItemId,
    version: plan.version,
    state: plan.state,
    document: plan.document,
    planner: plan.planner,
    prompt_hash: plan.promptHash,
    created_at: plan.createdAt.toISOString(),
    updated_at: plan.updatedAt.toISOString(),
  };
}

export function presentTask(task: Task): z.infer<typeof TaskView> {
  const { assignment } = task;
  return {
    id: task.id,
    plan_id: task.planId,
    work_item_id: task.workItemId,
    key: task.key,
    title: task.title,
    description: task.description,
    role: task.role,
    scope: task.scope,
    depends_on: task.dependsOn,
    acceptance: task.acceptance,
    estimate: task.estimate,
    checks: task.checks,
    limits: task.limits,
    assignee: task.assignee,
    assignment:
      assignment === null
        ? null
        : {
            reason: assignment.reason,
            by: assignment.by,
            score: assignment.score,
            candidates: assignment.candidates,
            suggested_sprint: assignment.suggestedSprint,
            accountable: assignment.accountable ?? null,
          },
    state: task.state,
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
  };
}
