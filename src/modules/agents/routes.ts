import { Readable } from 'node:stream';
import { z } from 'zod';
import { isAtLeast, type Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, foundOr404, pageBody, Reply, route, sse, type Keep, type RouteDefinition, type SseMessage } from '#platform/http/index.ts';
import type { Agents } from './index.ts';
import { RUN_STATES, type AgentRun, type AgentSummary } from './model.ts';
import { artifactRoutes } from './routes.artifacts.ts';
import { questionRoutes } from './routes.questions.ts';
import { configuredAgentRoutes } from './routes.probe.ts';
import { JobView, LogSegmentView, presentJob, presentSegment, presentShown, ShownJobView } from './routes.views.ts';

const ROLES = ['coder', 'reviewer', 'tester', 'planner'] as const;

export interface StartJob {
  taskId: string | null;
  workItemId: string | null;
  agent: string | null;
  role: AgentRun['role'] | null;
}

export interface AgentRouteDeps {
  agents: Agents;
  /** Starting a run belongs to the story of its work: whoever owns that starts it, and tells `keep` of it in the transaction that does. */
  startJob(input: StartJob, by: Actor, keep: Keep<AgentRun>): Promise<AgentRun>;
}

const StartJobBody = z
  .strictObject({
    task_id: z.string().optional(),
    work_item_id: z.string().optional().describe('Its first task that waits for nobody.'),
    agent: z.string().optional().describe('Gets the task for good, which needs a maintainer; left out: whoever has it.'),
    role: z.enum(ROLES).optional().describe('What the task must be for.'),
  })
  .refine((body) => (body.task_id === undefined) !== (body.work_item_id === undefined), 'give either task_id or work_item_id');

const JobsQuery = PageQuery.extend({
  project: z.string().optional().describe('Id or key of the project.'),
  work_item_id: z.string().optional(),
  task_id: z.string().optional(),
  agent: z.string().optional(),
  role: z.enum(ROLES).optional(),
  state: z.enum(RUN_STATES).optional(),
  active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('true: what has not ended; false: what has'),
});

const LogQuery = z.object({ follow: z.enum(['0', '1', 'true', 'false']).default('0'), from: z.coerce.number().int().min(1).default(1) });
const LogsQuery = PageQuery.extend({
  job_id: z.string().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});
const JobParams = z.object({ id: z.string() });

/** Agent runs ("jobs" in the API), their logs, and the agents that are configured. */
export function agentRoutes({ agents, startJob }: AgentRouteDeps): RouteDefinition[] {
  return [
    ...questionRoutes({ agents }),
    ...commandRoutes({ agents, startJob }),
    ...jobRoutes(agents),
    ...configuredAgentRoutes(agents),
    ...artifactRoutes(agents),
    logRoute(agents),
    logIndexRoute(agents),
  ];
}

function commandRoutes({ agents, startJob }: AgentRouteDeps): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/start-job',
      summary: 'Start an agent run for a task or a work item',
      tag: 'jobs',
      access: 'developer',
      body: StartJobBody,
      response: { status: 202, schema: JobView },
      handle: async (request) => {
        const { body, keep } = request;
        const input = { taskId: body.task_id ?? null, workItemId: body.work_item_id ?? null, agent: body.agent ?? null, role: body.role ?? null };
        return presentJob(await startJob(input, actorOf(request), (tx, run) => keep(tx, presentJob(run))));
      },
    }),
    route({
      method: 'POST',
      path: '/stop-job',
      summary: 'Stop an agent run; no process of it stays',
      tag: 'jobs',
      access: 'developer',
      body: z.strictObject({ job_id: z.string() }),
      response: { status: 200, schema: JobView },
      handle: async (request) => presentJob(await agents.stop(request.body.job_id, actorOf(request).subject)),
    }),
  ];
}

function jobRoutes(agents: Agents): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/jobs',
      summary: 'List agent runs, newest first',
      tag: 'jobs',
      access: 'viewer',
      query: JobsQuery,
      response: { status: 200, schema: pageSchema(ShownJobView) },
      handle: async ({ query, actor }) => {
        const { project, work_item_id, task_id, ...same } = query;
        const of = { projectId: project, projectIds: actor?.projects ?? undefined, workItemId: work_item_id, taskId: task_id };
        const page = await agents.list({ ...same, ...of });
        const about = await agents.about(page.items.map(({ id }) => id));
        return pageBody(page, (run) => presentShown(run, about.get(run.id) ?? null, limitsOf(agents, run)));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/jobs/:id',
      summary: 'One agent run with its states over time; an agent reads its own run only',
      tag: 'jobs',
      access: 'authenticated',
      params: JobParams,
      response: { status: 200, schema: ShownJobView },
      handle: async ({ params, ...request }) => {
        refuseOtherRuns(actorOf(request), params.id);
        const run = foundOr404(await agents.get(params.id), 'job');
        const [history, about] = [await agents.history(params.id), await agents.about([params.id])];
        return presentShown(run, about.get(run.id) ?? null, limitsOf(agents, run), history);
      },
    }),
  ];
}

/** As the agent is configured now; null: it no longer is. */
function limitsOf(agents: Agents, run: AgentRun): AgentSummary['limits'] | null {
  return agents.agents().find(({ name }) => name === run.agent)?.limits ?? null;
}

/** A run's own token reads that run; everybody else needs the role. */
function refuseOtherRuns(actor: Actor, runId: string): void {
  const may = actor.kind === 'agent' ? actor.runId === runId : isAtLeast(actor.role, 'viewer');
  if (!may) throw new AppError('forbidden', 'An agent reads its own run only.', { code: 'not_your_run' });
}

function logRoute(agents: Agents): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/jobs/:id/log',
    summary: 'The execution log as JSON lines; with follow=1 as server-sent events until the run ends',
    tag: 'jobs',
    access: 'viewer',
    params: JobParams,
    query: LogQuery,
    response: { status: 200, schema: null, contentType: 'application/x-ndjson' },
    handle: async ({ params, query, headers }) => {
      foundOr404(await agents.get(params.id), 'job');
      if (query.follow === '0' || query.follow === 'false') {
        return new Reply(200, Readable.from(withNewlines(agents.log(params.id, query.from))), {
          'content-type': 'application/x-ndjson; charset=utf-8',
        });
      }
      const from = resumeAfter(headers['last-event-id']) ?? query.from;
      return sse((signal) => asEvents(agents.followNumbered(params.id, from, signal)));
    },
  });
}

/** A reader that reconnects names the last line it saw. */
function resumeAfter(header: string | string[] | undefined): number | null {
  const line = Number(header);
  return typeof header === 'string' && Number.isSafeInteger(line) && line >= 0 ? line + 1 : null;
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** Each line under its own number: who resumes behind it misses none and gets none twice. */
async function* asEvents(lines: AsyncIterable<{ line: number; text: string }>): AsyncGenerator<SseMessage> {
  for await (const { line, text } of lines) yield { id: String(line), event: 'line', data: text };
  yield { event: 'end', data: '{}' };
}

function logIndexRoute(agents: Agents): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/execution-logs',
    summary: 'Where the lines of execution logs are, by job and time; append-only',
    tag: 'jobs',
    access: 'viewer',
    query: LogsQuery,
    response: { status: 200, schema: pageSchema(LogSegmentView) },
    handle: async ({ query }) => {
      const { job_id, from, to, limit, cursor } = query;
      if (cursor !== undefined && !/^.+:\d+$/.test(cursor)) throw new AppError('invalid', 'The cursor is not one of this list.');
      const listed = await agents.logIndex({ runId: job_id, from: dateOf(from), to: dateOf(to), limit, cursor });
      return pageBody(listed, presentSegment);
    },
  });
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
