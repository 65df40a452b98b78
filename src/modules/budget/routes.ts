import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import { actorOf, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Actions } from '#modules/actions/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import { MICROS_PER_USD, type BudgetView, type CapTarget } from './model.ts';
import { lastingRaise } from './steps.raise.ts';
import type { Budget } from './index.ts';

export interface BudgetRoutesDeps {
  ids: Ids;
  budget: Budget;
  actions: Pick<Actions, 'propose' | 'transaction'>;
  projects: Pick<Projects, 'get' | 'byKey'>;
}

const tag = 'budget';
const Micros = z.number().int().describe('Micros of USD');
const Project = z.string().min(1).max(200).describe('Id or key of a project');

const PoolView = z.object({
  id: z.string(),
  scope: z.enum(['installation', 'project']),
  project_id: z.string().nullable(),
  period: z.enum(['day', 'month']),
  starts_on: z.string(),
  resets_at: z.iso.datetime(),
  cap_micros: Micros,
  spent_micros: Micros,
  reserved_micros: Micros,
  left_micros: Micros,
  late_micros: Micros,
  source: z.enum(['default', 'set']),
});

const BudgetBody = z
  .object({
    stopped: z.boolean(),
    stopped_reason: z.string().nullable(),
    stopped_by: z.string().nullable(),
    run_cap_micros: Micros,
    dispatches_per_hour: z.number().int(),
    pools: z.array(PoolView),
    spenders: z.array(
      z.object({ spender: z.string(), spent_micros: Micros, reserved_micros: Micros, runs: z.number().int(), calls: z.number().int() }),
    ),
  })
  .meta({ id: 'Budget' });

function present(view: BudgetView): z.infer<typeof BudgetBody> {
  return {
    stopped: view.stopped,
    stopped_reason: view.stoppedReason,
    stopped_by: view.stoppedBy,
    run_cap_micros: view.runCapMicros,
    dispatches_per_hour: view.dispatchesPerHour,
    pools: view.pools.map((pool) => ({
      id: pool.id,
      scope: pool.scope,
      project_id: pool.projectId,
      period: pool.period,
      starts_on: pool.startsOn,
      resets_at: `${pool.endsOn}T00:00:00.000Z`,
      cap_micros: pool.capMicros,
      spent_micros: pool.spentMicros,
      reserved_micros: pool.reservedMicros,
      left_micros: pool.leftMicros,
      late_micros: pool.lateMicros,
      source: pool.source,
    })),
    spenders: view.spenders.map((one) => ({
      spender: one.spender,
      spent_micros: one.spentMicros,
      reserved_micros: one.reservedMicros,
      runs: one.runs,
      calls: one.calls,
    })),
  };
}

async function projectIdOf({ projects }: BudgetRoutesDeps, named: string | undefined): Promise<string | null> {
  if (named === undefined) return null;
  const project = (await projects.get(named)) ?? (await projects.byKey(named));
  if (project === null) throw new AppError('not_found', `There is no project ${named}.`);
  return project.id;
}

export function budgetRoutes(deps: BudgetRoutesDeps): RouteDefinition[] {
  return [...readRoutes(deps), ...switchRoutes(deps), capRoute(deps)];
}

function readRoutes(deps: BudgetRoutesDeps): RouteDefinition[] {
  const { budget } = deps;
  return [
    route({
      method: 'GET',
      path: '/v1/budget',
      summary: 'Caps with what is spent, reserved and left, and who spent most this month',
      tag,
      access: 'viewer',
      query: z.strictObject({ project: Project.optional() }),
      response: { status: 200, schema: BudgetBody },
      async handle({ query, actor }) {
        const view = await budget.view(await projectIdOf(deps, query.project));
        // What the whole installation spends tells what the other projects do; who stopped it and why may name them.
        const isLimited = (actor?.projects ?? null) !== null;
        if (!isLimited) return present(view);
        return present({ ...view, stoppedBy: null, stoppedReason: null, pools: view.pools.filter(({ scope }) => scope === 'project') });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/budget/history',
      summary: 'What each day cost, the newest first',
      tag,
      access: 'viewer',
      query: z.strictObject({ project: Project.optional(), days: z.coerce.number().int().min(1).max(400).default(30) }),
      response: {
        status: 200,
        schema: z.object({
          items: z.array(
            z.object({
              day: z.string(),
              spent_micros: Micros,
              reserved_micros: Micros,
              runs: z.number().int(),
              calls: z.number().int(),
              uncounted_runs: z.number().int(),
            }),
          ),
          next_cursor: z.null(),
        }),
      },
      async handle({ query }) {
        const days = await budget.history({ days: query.days, projectId: await projectIdOf(deps, query.project) });
        const items = days.map((day) => ({
          day: day.day,
          spent_micros: day.spentMicros,
          reserved_micros: day.reservedMicros,
          runs: day.runs,
          calls: day.calls,
          uncounted_runs: day.uncounted,
        }));
        return { items, next_cursor: null };
      },
    }),
  ];
}

function switchRoutes({ budget }: BudgetRoutesDeps): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/budget/stop',
      summary: 'Dispatch nothing new and ask no model, from now on; the ledger says who and why',
      tag,
      access: 'manager',
      body: z.strictObject({ reason: z.string().trim().min(1).max(500).nullable().default(null) }),
      response: { status: 200, schema: BudgetBody },
      async handle({ body, ...request }) {
        await budget.stop(body.reason, actorOf(request));
        return present(await budget.view(null));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/budget/resume',
      summary: 'Dispatch again',
      tag,
      access: 'manager',
      response: { status: 200, schema: BudgetBody },
      async handle(request) {
        await budget.resume(actorOf(request));
        return present(await budget.view(null));
      },
    }),
  ];
}

const CapChange = z.strictObject({
  project: Project.nullable().default(null),
  period: z.enum(['day', 'month']),
  cap_usd: z.number().nonnegative().max(1_000_000_000),
});

/** Lowering is done at once; raising becomes an action that policy may want people to decide. */
function capRoute(deps: BudgetRoutesDeps): RouteDefinition {
  const { budget, actions, ids } = deps;
  return route({
    method: 'PATCH',
    path: '/v1/budget/caps',
    summary: 'Set a cap: a lower one at once, a higher one by an action (202)',
    tag,
    access: 'manager',
    body: CapChange,
    response: {
      status: 200,
      schema: z.object({
        cap_micros: Micros,
        action: z.object({ id: z.string(), status: z.string() }).nullable().describe('Null: it is done'),
      }),
    },
    async handle({ body, ...request }) {
      const by = actorOf(request);
      const projectId = await projectIdOf(deps, body.project ?? undefined);
      if (projectId === null && body.period === 'day')
        throw new AppError('invalid', 'The installation has a cap for the month only.', { hint: 'Name a project, or use the period month.' });
      const target: CapTarget = { scope: projectId === null ? 'installation' : 'project', projectId, period: body.period };
      const capMicros = Math.round(body.cap_usd * MICROS_PER_USD);
      const before = await budget.capOf(target);
      if (capMicros <= before) {
        await budget.lower(target, capMicros, by);
        return { cap_micros: capMicros, action: null };
      }
      const args = { scope: target.scope, project_id: projectId, period: body.period, starts_on: null, from_micros: before, to_micros: capMicros };
      const handle = by.subject.startsWith('person:') ? by.subject.slice('person:'.length) : null;
      const proposal = lastingRaise(args, { subject: by.subject, handle, key: ids.next('request') });
      const action = await actions.transaction((tx) => actions.propose(tx, proposal));
      return new Reply(202, { cap_micros: before, action: { id: action.id, status: action.status } });
    },
  });
}
