import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import { STAGES, type RolloutView } from './model.ts';
import type { Rollout } from './index.ts';

export interface RolloutRoutesDeps {
  rollout: Rollout;
  projects: Pick<Projects, 'get' | 'byKey'>;
}

const tag = 'rollout';
const Params = z.object({ id: z.string().min(1).max(200).describe('Id or key of the project') });
const Stage = z.enum(STAGES);
const Count = z.number().int();

const Body = z
  .object({
    project_id: z.string(),
    stage: Stage,
    source: z.enum(['default', 'set']),
    next: Stage.nullable(),
    core_paths: z.array(z.string()),
    since: z.iso.datetime().nullable(),
    changed_by: z.string().nullable(),
    reason: z.string(),
    ready: z.boolean(),
    agreed: Count,
    judged: Count,
    open: Count,
    share: z.number().nullable(),
    interval_low: z.number().nullable(),
    interval_high: z.number().nullable(),
    criteria: z.array(z.object({ name: z.string(), met: z.boolean(), needed: z.number(), actual: z.number(), sentence: z.string() })),
    kinds: z.array(z.object({ kind: z.string(), agreed: Count, disagreed: Count, open: Count })),
    action: z.object({ id: z.string(), status: z.string() }).nullable().describe('What people have yet to decide, after an advance with `override`'),
  })
  .meta({ id: 'Rollout' });

function present(view: RolloutView, action: { id: string; status: string } | null = null): z.infer<typeof Body> {
  const { assessment } = view;
  return {
    project_id: view.projectId,
    stage: view.stage,
    source: view.source,
    next: view.next,
    core_paths: view.corePaths,
    since: view.since?.toISOString() ?? null,
    changed_by: view.changedBy,
    reason: view.reason,
    ready: assessment.ready,
    agreed: assessment.agreed,
    judged: assessment.judged,
    open: assessment.open,
    share: assessment.share,
    interval_low: assessment.interval?.low ?? null,
    interval_high: assessment.interval?.high ?? null,
    criteria: assessment.criteria,
    kinds: view.byKind,
    action,
  };
}

async function projectOf({ projects }: RolloutRoutesDeps, named: string): Promise<string> {
  const project = (await projects.get(named)) ?? (await projects.byKey(named));
  if (project === null) throw new AppError('not_found', `There is no project ${named}.`);
  return project.id;
}

const Change = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('advance'),
    override: z.string().trim().min(1).max(1000).nullable().default(null),
    core_paths: z.array(z.string().min(1).max(500)).max(200).nullable().default(null),
  }),
  z.strictObject({ do: z.literal('rollback'), reason: z.string().trim().max(1000).default('') }),
  z.strictObject({
    do: z.literal('set'),
    stage: Stage,
    core_paths: z.array(z.string().min(1).max(500)).max(200).nullable().default(null),
    reason: z.string().trim().max(1000).default(''),
  }),
]);

/** Stage of a project: shown, advanced by evidence, rolled back at once. */
export function rolloutRoutes(deps: RolloutRoutesDeps): RouteDefinition[] {
  const { rollout } = deps;
  return [
    route({
      method: 'GET',
      path: '/v1/projects/:id/rollout',
      summary: 'Rollout stage of a project, with the recorded agreement and what is missing for the next',
      tag,
      access: 'viewer',
      params: Params,
      response: { status: 200, schema: Body },
      handle: async ({ params }) => present(await rollout.view(await projectOf(deps, params.id))),
    }),
    route({
      method: 'POST',
      path: '/v1/projects/:id/rollout',
      summary: 'Advance when the criteria hold (or ask people with `override`, 202), set an earlier stage, or roll back to shadow at once',
      tag,
      access: 'manager',
      params: Params,
      body: Change,
      response: { status: 200, schema: Body },
      async handle({ params, body, ...request }) {
        const by = actorOf(request);
        const projectId = await projectOf(deps, params.id);
        if (body.do === 'rollback') await rollout.rollBack(projectId, body.reason, by);
        else if (body.do === 'set') await rollout.set({ projectId, stage: body.stage, corePaths: body.core_paths, reason: body.reason }, by);
        else {
          const done = await rollout.advance({ projectId, override: body.override, corePaths: body.core_paths }, by);
          if (done.kind === 'asked') return new Reply(202, present(await rollout.view(projectId), done.action));
        }
        return present(await rollout.view(projectId));
      },
    }),
    decisionsRoute(deps),
  ];
}

function decisionsRoute(deps: RolloutRoutesDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/projects/:id/rollout/decisions',
    summary: 'What Reeve would have done beside what people did, the newest first',
    tag,
    access: 'viewer',
    params: Params,
    query: PageQuery,
    response: {
      status: 200,
      schema: pageSchema(
        z.object({
          action_id: z.string(),
          stage: Stage,
          kind: z.string(),
          repo: z.string(),
          number: z.number().int().nullable(),
          would: z.record(z.string(), z.unknown()),
          verdict: z.enum(['open', 'agreed', 'disagreed']),
          observed: z.record(z.string(), z.unknown()).nullable(),
          decided_at: z.iso.datetime(),
        }),
      ),
    },
    async handle({ params, query }) {
      const page = await deps.rollout.decisions({ projectId: await projectOf(deps, params.id), limit: query.limit, cursor: query.cursor });
      const items = page.items.map((row) => ({
        action_id: row.actionId,
        stage: row.stage,
        kind: row.kind,
        repo: row.repo,
        number: row.number,
        would: row.would,
        verdict: row.verdict,
        observed: row.observed,
        decided_at: row.decidedAt.toISOString(),
      }));
      return { items, next_cursor: page.nextCursor };
    },
  });
}
