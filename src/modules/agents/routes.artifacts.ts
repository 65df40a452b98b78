import { z } from 'zod';
import { foundOr404, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Agents } from './commands.agents.ts';
import { LogLine } from './model.log.ts';

const tag = 'jobs';
const params = z.object({ id: z.string() });

const ArtifactView = z.object({
  kind: z.enum(['change_request', 'diff', 'answer', 'kept_work', 'prompt', 'log']),
  title: z.string(),
  detail: z.string().nullable(),
  href: z.string().nullable().describe('In this API; null: it lies in git alone, or is not shown'),
});

const DiffView = z.object({
  job_id: z.string(),
  source: z.enum(['change_request', 'kept']).nullable().describe('`kept`: left behind and not handed in; null: nothing was changed'),
  base: z.string().nullable(),
  patch: z.string().describe('Unified diff'),
  truncated: z.boolean(),
  left_out: z.array(z.string()).describe('Files whose changes do not fit the base, so that the patch does not show them'),
});

const LinesView = z.object({
  items: z.array(LogLine),
  next_cursor: z.string().nullable().describe('Number of the line to go on from; null: these are the last ones that there are now'),
  last_line: z.number().int().describe('Number of the last line there is now'),
});

type Looked = Pick<Agents, 'get' | 'lines' | 'artifacts' | 'diff' | 'said'>;

/** What a run leaves to look at: its log as typed lines, its diff, its words. */
export function artifactRoutes(agents: Looked): RouteDefinition[] {
  return [linesRoute(agents), ...leftRoutes(agents)];
}

function linesRoute(agents: Looked): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/jobs/:id/lines',
    summary: 'The execution log as typed lines, from any line on; later ones come by the followed log',
    tag,
    access: 'viewer',
    params,
    query: z.object({
      from: z.coerce.number().int().min(1).default(1),
      cursor: z
        .string()
        .regex(/^\d{1,9}$/)
        .optional()
        .describe('`next_cursor` of the page before; goes before `from`'),
      limit: z.coerce.number().int().min(1).max(2000).default(500),
    }),
    response: { status: 200, schema: LinesView },
    async handle({ params: { id }, query }) {
      foundOr404(await agents.get(id), 'job');
      const from = query.cursor === undefined ? query.from : Math.max(1, Number(query.cursor));
      const { items, next, last } = await agents.lines({ runId: id, from, limit: query.limit });
      return { items, next_cursor: next === null ? null : String(next), last_line: last };
    },
  });
}

function leftRoutes(agents: Looked): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/jobs/:id/artifacts',
      summary: 'What an agent run left that can be opened',
      tag,
      access: 'viewer',
      params,
      response: { status: 200, schema: z.object({ job_id: z.string(), items: z.array(ArtifactView), next_cursor: z.null() }) },
      handle: async ({ params: { id } }) => ({ job_id: id, items: await agents.artifacts(id), next_cursor: null }),
    }),
    route({
      method: 'GET',
      path: '/v1/jobs/:id/diff',
      summary: 'What an agent run changed, as a unified diff',
      tag,
      access: 'viewer',
      params,
      response: { status: 200, schema: DiffView },
      async handle({ params: { id } }) {
        const diff = await agents.diff(id);
        const { leftOut, ...shown } = diff ?? { source: null, base: null, patch: '', truncated: false, leftOut: [] };
        return { job_id: id, ...shown, left_out: leftOut };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/jobs/:id/answer',
      summary: 'What the agent said at the end of its run; untrusted text',
      tag,
      access: 'viewer',
      params,
      response: { status: 200, schema: z.object({ job_id: z.string(), text: z.string().nullable() }) },
      async handle({ params: { id } }) {
        foundOr404(await agents.get(id), 'job');
        return { job_id: id, text: await agents.said(id) };
      },
    }),
  ];
}
