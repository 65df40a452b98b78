import { z } from 'zod';
import { foundOr404 } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { PlannedTask } from './model.ts';
import type { PlanCheck, PlanChecks } from './queries.check.ts';

const PairView = z.object({
  left: z.string(),
  right: z.string(),
  verdict: z.enum(['ordered', 'independent', 'related', 'serialise']),
  cause: z.enum(['hot_file', 'same_files', 'new_files', 'imports', 'overlap']).nullable(),
  must_wait: z.boolean(),
  conflict_chance: z.number(),
  shared_files: z.object({ count: z.number(), examples: z.array(z.string()) }),
  hot_files: z.array(z.string()),
  imports: z.object({ distance: z.number(), from: z.string(), to: z.string(), count: z.number() }).nullable(),
  reason: z.string(),
});
const CheckView = z.object({
  plan_id: z.string().nullable(),
  repository: z.string(),
  commit: z.string(),
  tasks: z.array(z.object({ key: z.string(), title: z.string(), scope: z.array(z.string()), depends_on: z.array(z.string()) })),
  /** No circle, and every pair that must wait is ordered by the plan. */
  holds: z.boolean(),
  cycle: z.array(z.string()),
  waves: z.array(z.array(z.string())).nullable(),
  width: z.number(),
  planned_width: z.number(),
  independent_share: z.number(),
  parallel_share: z.number(),
  independent_task_share: z.number(),
  dependencies: z.array(z.object({ task: z.string(), on: z.string(), why: z.string(), reason: z.string() })),
  pairs: z.array(PairView),
  hot_files: z.array(z.object({ path: z.string(), share: z.number(), touches: z.number() })),
});

const Task = z.object({
  key: z.string().min(1).max(40),
  title: z.string().max(200).optional(),
  scope: PlannedTask.shape.scope,
  depends_on: z.array(z.string()).max(50).default([]),
  estimate: PlannedTask.shape.estimate.optional(),
});
const CheckBody = z.strictObject({
  /** `owner/name`, the path of a repository on the server's machine, or its id. */
  repository: z.string().min(1).max(4096),
  tasks: z.array(Task).min(1).max(50),
});

/** `GET /v1/plans/{id}/check` and `POST /v1/plans/check`. */
export function planCheckRoutes({ planChecks }: { planChecks: PlanChecks }): RouteDefinition[] {
  const tag = 'plans';
  return [
    route({
      method: 'GET',
      path: '/v1/plans/:id/check',
      summary: "Which of a plan's tasks may run side by side, and why the others wait",
      tag,
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: CheckView },
      handle: async ({ params }) => presentCheck(foundOr404(await planChecks.checkPlan(params.id), 'plan')),
    }),
    route({
      method: 'POST',
      path: '/v1/plans/check',
      summary: 'The same for tasks that are not stored',
      tag,
      access: 'viewer',
      body: CheckBody,
      response: { status: 200, schema: CheckView },
      handle: async ({ body }) =>
        presentCheck(
          await planChecks.checkTasks(
            body.repository,
            body.tasks.map(({ depends_on: dependsOn, ...task }) => ({ ...task, dependsOn })),
          ),
        ),
    }),
  ];
}

function presentCheck({ planId, repository, commit, tasks, hotFiles, result }: PlanCheck): z.infer<typeof CheckView> {
  return {
    plan_id: planId,
    repository,
    commit,
    tasks: tasks.map(({ key, title = '', scope, dependsOn }) => ({ key, title, scope: [...scope], depends_on: [...dependsOn] })),
    holds: result.holds,
    cycle: [...result.cycle],
    waves: result.waves?.map((wave) => [...wave]) ?? null,
    width: result.width,
    planned_width: result.plannedWidth,
    independent_share: result.independentShare,
    parallel_share: result.parallelShare,
    independent_task_share: result.independentTaskShare,
    dependencies: [...result.dependencies],
    pairs: result.pairs.map((pair) => ({
      left: pair.left,
      right: pair.right,
      verdict: pair.verdict,
      cause: pair.cause,
      must_wait: pair.mustWait,
      conflict_chance: pair.conflictChance,
      shared_files: { count: pair.sharedFiles.count, examples: [...pair.sharedFiles.examples] },
      hot_files: [...pair.hotFiles],
      imports:
        pair.imports === null ? null : { distance: pair.imports.distance, from: pair.imports.from, to: pair.imports.to, count: pair.imports.count },
      reason: pair.reason,
    })),
    hot_files: hotFiles.map(({ path, share, touches }) => ({ path, share: Math.round(share * 1000) / 1000, touches })),
  };
}
