import { z } from 'zod';
import type { Outbox } from '#platform/outbox/index.ts';
import { route, sse, type RouteDefinition } from '#platform/http/index.ts';

const MOST_AT_ONCE = 200;
const WAIT_MS = 15_000;

/** `GET /v1/stream`: what happens, as server-sent events; `Last-Event-ID` or `?after=` resumes. */
export function streamRoutes(deps: { outbox: Outbox; stopping: AbortSignal }): RouteDefinition[] {
  async function* events(after: number | null) {
    let seq = after ?? 0;
    while (!deps.stopping.aborted) {
      const batch = await deps.outbox.tail(seq, MOST_AT_ONCE);
      for (const event of batch) {
        seq = event.seq;
        yield {
          id: String(event.seq),
          event: 'message',
          data: { type: event.type, subject: event.subject, issue_id: event.workItemId ?? null, project_id: event.projectId ?? null, occurred_at: event.occurredAt.toISOString(), data: event.data },
        };
      }
      if (batch.length === 0) await deps.outbox.wait(WAIT_MS);
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
      handle: async ({ query, headers }) => {
        const last = headers['last-event-id'];
        const after = query.after ?? (typeof last === 'string' && /^\d+$/.test(last) ? Number(last) : null);
        return sse(events(after));
      },
    }),
  ];
}
