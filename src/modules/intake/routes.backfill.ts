import { z } from 'zod';
import { actorOf, foundOr404 } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { HISTORY_PARTS } from '#ports/forge-history.ts';
import type { Backfill, Backfills } from './model.backfill.ts';

const BackfillView = z.object({
  id: z.string(),
  repository_id: z.string(),
  since: z.string().nullable(),
  state: z.enum(['running', 'paused', 'done', 'failed']),
  waits_until: z.string().nullable(),
  problem: z.string().nullable(),
  started_by: z.string(),
  started_at: z.string(),
  updated_at: z.string(),
  finished_at: z.string().nullable(),
  pages: z.number(),
  seen: z.number(),
  stored: z.number(),
  parts: z.array(
    z.object({
      part: z.enum(HISTORY_PARTS),
      pages: z.number(),
      seen: z.number(),
      stored: z.number(),
      done: z.boolean(),
      note: z.string().nullable(),
    }),
  ),
});

const path = '/v1/repositories/:id/backfill';
const tag = 'repositories';
const Id = z.object({ id: z.string() });
const response = { status: 202, schema: BackfillView } as const;

/** Reading a repository's history, and how far that has got. */
export function backfillRoutes({ backfills }: { backfills: Backfills }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'How far the reading of the history has got',
      tag,
      access: 'viewer',
      params: Id,
      response: { status: 200, schema: BackfillView },
      handle: async ({ params }) => present(foundOr404(await backfills.of(params.id), 'backfill')),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Read the history of a repository: kept like anything that is heard, and starting nothing',
      tag,
      access: 'manager',
      params: Id,
      body: z.strictObject({
        since: z.iso.datetime({ offset: true }).nullable().default(null).describe('What was last changed before is left out; left out: all of it.'),
      }),
      response,
      handle: async ({ params, body, ...request }) =>
        present(await backfills.start(params.id, { since: body.since === null ? null : new Date(body.since) }, actorOf(request))),
    }),
    ...(['pause', 'resume'] as const).map((verb) =>
      route({
        method: 'POST',
        path: `${path}/${verb}`,
        summary: verb === 'pause' ? 'Stop after the page that is being read' : 'Go on where it stopped',
        tag,
        access: 'manager',
        params: Id,
        response,
        handle: async ({ params, ...request }) => present(await backfills[verb](params.id, actorOf(request))),
      }),
    ),
  ];
}

function present(backfill: Backfill): z.input<typeof BackfillView> {
  const { repositoryId, since, waitsUntil, startedBy, startedAt, updatedAt, finishedAt, parts, id, state, problem } = backfill;
  const sum = (of: 'pages' | 'seen' | 'stored'): number => parts.reduce((total, part) => total + part[of], 0);
  return {
    id,
    repository_id: repositoryId,
    since: since?.toISOString() ?? null,
    state,
    waits_until: waitsUntil?.toISOString() ?? null,
    problem,
    started_by: startedBy,
    started_at: startedAt.toISOString(),
    updated_at: updatedAt.toISOString(),
    finished_at: finishedAt?.toISOString() ?? null,
    pages: sum('pages'),
    seen: sum('seen'),
    stored: sum('stored'),
    parts,
  };
}
