import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { idSchema } from '#kernel/ids.ts';
import { sse, type SseMessage } from '#platform/http/index.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { MergeQueue } from './commands.ts';
import type { JournalPosition } from './model.history.ts';
import { EntryView, presentEntry } from './routes.view.ts';
import { AlarmView, presentAlarm, presentStatus, QueueView } from './routes.view.status.ts';

const Name = z.string().min(1).max(4096);
const EntryParams = z.object({ id: idSchema('changeRequest') });
const TargetOrder = z.strictObject({ target: Name, repo: Name.optional(), reason: z.string().max(500).default('') });
const Targets = z.object({
  repository_id: z.string(),
  repo: z.string().nullable(),
  target: z.string(),
  control: z.enum(['running', 'paused', 'draining']),
});

/** The queue as it is, and what people tell it. */
export function statusRoutes({ queue }: { queue: MergeQueue }): RouteDefinition[] {
  return [...overviewRoutes(queue), ...controlRoutes(queue), ...entryRoutes(queue)];
}

function overviewRoutes(queue: MergeQueue): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/queue',
      summary: 'What is being merged, verified and published, what waits and why, per target branch',
      tag: 'merge queue',
      access: 'viewer',
      query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      response: { status: 200, schema: QueueView },
      async handle({ query }) {
        const status = await queue.status(query.limit);
        const schedules = [];
        for (const target of status.targets) schedules.push(await queue.schedule(target));
        return presentStatus(status, schedules, Date.now());
      },
    }),
    route({
      method: 'GET',
      path: '/v1/queue/stream',
      summary: 'Every transition of every change request, as server-sent events; without a position only what is new',
      tag: 'merge queue',
      access: 'viewer',
      query: z.object({ after: z.string().max(60).optional() }),
      response: { status: 200, schema: null, contentType: 'text/event-stream' },
      handle: async ({ query, headers, actor }) => {
        const last = headers['last-event-id'];
        const after = parsePosition(query.after ?? (typeof last === 'string' ? last : undefined));
        return sse((signal) => transitions(queue, { after, projects: actor?.projects ?? null }, signal));
      },
    }),
  ];
}

const MOST_AT_ONCE = 200;
const LOOK_MS = 300;

/** `projects`: those a limited caller hears of; null: all. */
interface Listener {
  after: JournalPosition | null;
  projects: readonly string[] | null;
}

async function* transitions(queue: MergeQueue, { after, projects }: Listener, signal: AbortSignal): AsyncGenerator<SseMessage> {
  let { position } = await queue.follow(after, 0);
  while (!signal.aborted) {
    const { rows, position: next } = await queue.follow(position, MOST_AT_ONCE);
    position = next;
    for (const row of rows) {
      const { changeRequestId, version, at, event, fromState, toState, actor, repositoryId, target, projectId, taskId, rung } = row;
      if (projects !== null && !projects.includes(projectId)) continue;
      const place = { repository_id: repositoryId, target, project_id: projectId, task_id: taskId, rung };
      const data = {
        change_request_id: changeRequestId,
        version,
        at: at.toISOString(),
        event,
        from_state: fromState,
        to_state: toState,
        actor,
        ...place,
      };
      yield { id: `${row.xid}.${row.ordinal}`, event, data };
    }
    if (rows.length === 0) await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** `<transaction>.<ordinal>` as an event's id has it; anything else starts at the end. */
function parsePosition(text: string | undefined): JournalPosition | null {
  const parts = /^(\d{1,20})\.(\d{1,15})$/.exec(text ?? '');
  return parts === null ? null : { xid: parts[1] ?? '0', ordinal: Number(parts[2]) };
}

function controlRoutes(queue: MergeQueue): RouteDefinition[] {
  const orders = [
    ['pause', 'Pause a target: nothing is begun and nothing lands; submissions are taken', queue.pauseTarget],
    ['resume', 'Let a paused or draining target go on', queue.resumeTarget],
    ['drain', 'Let a target land what was begun, then pause it', queue.drainTarget],
  ] as const;
  return [
    ...orders.map(([order, summary, carryOut]) =>
      route({
        method: 'POST',
        path: `/v1/queue/targets/${order}`,
        summary,
        tag: 'merge queue',
        access: 'developer',
        body: TargetOrder,
        response: { status: 200, schema: Targets },
        async handle({ body, actor }) {
          const key = await queue.target(body);
          const { control } = await carryOut(key, { by: actor?.subject ?? 'anonymous', ...(body.reason === '' ? {} : { reason: body.reason }) });
          return { repository_id: key.repositoryId, repo: key.repo, target: key.target, control };
        },
      }),
    ),
    route({
      method: 'POST',
      path: '/v1/queue/alarms/:id/dismiss',
      summary: 'Take note of a rewritten target: it is no alarm any more',
      tag: 'merge queue',
      access: 'developer',
      params: z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
      body: z.strictObject({ reason: z.string().max(500).default('') }),
      response: { status: 200, schema: AlarmView },
      handle: async ({ params, body, actor }) =>
        presentAlarm(await queue.dismissAlarm(params.id, { by: actor?.subject ?? 'anonymous', reason: body.reason })),
    }),
  ];
}

function entryRoutes(queue: MergeQueue): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/queue/:id/retry',
      summary: 'Try a quarantined change request again',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      response: { status: 200, schema: EntryView },
      handle: async ({ params, actor }) => presentEntry(await queue.retry(params.id, actor?.subject ?? 'anonymous')),
    }),
    route({
      method: 'POST',
      path: '/v1/queue/:id/drop',
      summary: 'Take a change request out of the queue; its contents stay stored',
      tag: 'merge queue',
      access: 'developer',
      params: EntryParams,
      body: z.strictObject({ reason: z.string().min(1).max(500) }),
      response: { status: 200, schema: EntryView },
      handle: async ({ params, body, actor }) => presentEntry(await queue.drop(params.id, body.reason, actor?.subject ?? 'anonymous')),
    }),
  ];
}
