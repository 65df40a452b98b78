import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { route, sse, type RouteDefinition, type SseMessage } from '#platform/http/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';

const MOST_AT_ONCE = 200;
/** Longest silence of a stream whose caller asked for signs. */
const BEAT_MS = 10_000;
/** One step of a story publishes several events: they are read together. */
const GATHER_MS = 50;

interface Reading {
  /** Place to go on behind. */
  after: number;
  /** Null: everything. */
  projects: readonly string[] | null;
  /** Also say that the stream stands (`opened`, with the place) and, while nothing happens that the caller may hear of, that it lives (`beat`). */
  signs: boolean;
}

/**
 * `GET /v1/stream`: what happens, as server-sent events. `Last-Event-ID` or `?after=` resumes without a gap. A caller who is limited to
 * projects hears of those; what is of no project is left out for them. `beatMs`: longest silence for whoever asked for signs.
 * `GET /v1/stream/place`: where it stands at the moment, for whoever reads first and follows then.
 */
export function streamRoutes(deps: { outbox: Pick<Outbox, 'latest' | 'tail' | 'wait'>; beatMs?: number }): RouteDefinition[] {
  const { beatMs = BEAT_MS } = deps;
  async function* events({ after, projects, signs }: Reading, signal: AbortSignal): AsyncGenerator<SseMessage> {
    if (signs) yield { id: String(after), event: 'opened', data: {} };
    let saidMs = performance.now();
    for (let seq = after; !signal.aborted;) {
      // Before looking, or what is published in between would be told only with the next event.
      const published = deps.outbox.wait(Math.max(1, saidMs + beatMs - performance.now()));
      const batch = await deps.outbox.tail(seq, MOST_AT_ONCE);
      for (const event of batch) {
        seq = event.seq;
        const { type, subject, workItemId, projectId, occurredAt, data } = event;
        if (projects !== null && !projects.includes(projectId ?? '')) continue;
        yield {
          id: String(seq),
          data: { type, subject, issue_id: workItemId ?? null, project_id: projectId ?? null, occurred_at: occurredAt.toISOString(), data },
        };
        saidMs = performance.now();
      }
      // Also while others are told of much: silence is how whoever listens sees that the stream is broken.
      if (performance.now() - saidMs >= beatMs) {
        if (signs) yield { id: String(seq), event: 'beat', data: {} };
        saidMs = performance.now();
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
      query: z.object({
        after: z
          .union([z.literal('latest'), z.coerce.number().int().nonnegative()])
          .optional()
          .describe('Place to go on behind, or `latest`: only what is new. Default: from the beginning.'),
        signs: z
          .stringbool()
          .optional()
          .describe('Also say that the stream stands (`opened`) and, at least every ten seconds, that it lives (`beat`).'),
      }),
      response: { status: 200, schema: null, contentType: 'text/event-stream' },
      handle: async ({ query, headers, actor }) => {
        const last = headers['last-event-id'];
        // A browser that reconnects by itself asks the same address again: where it got to is newer than what it first asked for.
        const resumed = typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : null;
        const asked = query.after === 'latest' ? await deps.outbox.latest() : (query.after ?? 0);
        const reading = { after: resumed ?? asked, projects: actor?.projects ?? null, signs: query.signs ?? false };
        return sse((signal) => events(reading, signal));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/stream/place',
      summary: 'Where the stream stands: who reads anything after this and then follows the stream from here misses nothing',
      tag: 'stream',
      access: 'viewer',
      response: { status: 200, schema: z.object({ after: z.number().int().nonnegative().describe('For `GET /v1/stream?after=`.') }) },
      handle: async () => ({ after: await deps.outbox.latest() }),
    }),
  ];
}
