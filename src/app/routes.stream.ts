import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { route, sse, type RouteDefinition, type SseMessage } from '#platform/http/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';

const MOST_AT_ONCE = 200;
const WAIT_MS = 10_000;
/** One step of a story publishes several events: they are read together. */
const GATHER_MS = 50;

/**
 * `GET /v1/stream`: what happens, as server-sent events. `Last-Event-ID` or `?after=` resumes without a gap. A caller who is limited to
 * projects hears of those; what is of no project is left out for them.
 */
export function streamRoutes(deps: { outbox: Pick<Outbox, 'tail' | 'wait'> }): RouteDefinition[] {
  async function* events(after: number, projects: readonly string[] | null, signal: AbortSignal): AsyncGenerator<SseMessage> {
    for (let seq = after; !signal.aborted;) {
      // Before looking, or what is published in between would be told only with the next event.
      const published = deps.outbox.wait(WAIT_MS);
      const batch = await deps.outbox.tail(seq, MOST_AT_ONCE);
      for (const event of batch) {
        seq = event.seq;
        const { type, subject, workItemId, projectId, occurredAt, data } = event;
        if (projects !== null && !projects.includes(projectId ?? '')) continue;
        yield {
          id: String(seq),
          data: { type, subject, issue_id: workItemId ?? null, project_id: projectId ?? null, occurred_at: occurredAt.toISOString(), data },
        };
      }
      if (batch.length === MOST_AT_ONCE) continue;
      await published;
      await delay(GATHER_MS);
    }
  }
  return [
    route({
      method: 'GET',
      path: '/v1/stream',
      summary: 'Everything that happens, as server-sent events',
      tag: 'stream',
      access: 'viewer',
      query: z.object({ after: z.coerce.number().int().nonnegative().optional() }),
      response: { status: 200, schema: null, contentType: 'text/event-stream' },
      handle: async ({ query, headers, actor }) => {
        const last = headers['last-event-id'];
        const after = query.after ?? (typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : 0);
        return sse((signal) => events(after, actor?.projects ?? null, signal));
      },
    }),
  ];
}
