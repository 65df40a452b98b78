import { z } from 'zod';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { ConnectionHealth } from './model.health.ts';
import type { ConnectionsHealth } from './queries.health.ts';

const View = z.object({
  id: z.string(),
  kind: z.enum(['forge', 'chat', 'model', 'policy_engine', 'identity_provider', 'checkpoint_place', 'change_receiver', 'secret']),
  name: z.string(),
  state: z
    .enum(['off', 'unproven', 'works', 'fails'])
    .describe('`off`: not configured. `unproven`: nothing was asked of it yet. Else how the newest thing that is known of it went.'),
  configured: z.boolean(),
  where: z.string().nullable(),
  problem: z.string().nullable().describe('Why it cannot be used as it is configured.'),
  advice: z.string().nullable(),
  last_event_at: z.string().nullable().describe('When it last told something by itself.'),
  last_event: z.string().nullable(),
  last_ok_at: z.string().nullable(),
  last_failure: z.object({ at: z.string(), call: z.string(), detail: z.string() }).nullable(),
  can_check: z.boolean(),
});

function present({ lastEvent, lastOkAt, lastFailure, canCheck, ...same }: ConnectionHealth): z.input<typeof View> {
  return {
    ...same,
    last_event_at: lastEvent?.at.toISOString() ?? null,
    last_event: lastEvent?.kind ?? null,
    last_ok_at: lastOkAt?.toISOString() ?? null,
    last_failure: lastFailure === null ? null : { at: lastFailure.at.toISOString(), call: lastFailure.call, detail: lastFailure.detail },
    can_check: canCheck,
  };
}

/** `/v1/connections`: what Reeve is connected to, and how it goes. */
export function connectionHealthRoutes({ health }: { health: ConnectionsHealth }): RouteDefinition[] {
  return [
    route({
      method: 'GET',
      path: '/v1/connections',
      summary: 'Every connection: configured or not, whether it works as far as it was seen, what it told last and what failed last',
      tag: 'connections',
      access: 'maintainer',
      response: { status: 200, schema: z.object({ items: z.array(View), next_cursor: z.null() }) },
      handle: async () => ({ items: (await health.list()).map(present), next_cursor: null }),
    }),
    route({
      method: 'POST',
      path: '/v1/connections/:id/check',
      summary: 'Ask a connection now whether it works; changes nothing on the other side',
      tag: 'connections',
      access: 'admin',
      params: z.object({ id: z.string().min(1).max(200) }),
      response: {
        status: 200,
        schema: z.object({
          ok: z.boolean(),
          detail: z.string(),
          advice: z.string().nullable(),
          duration_ms: z.number().int(),
          connection: View,
        }),
      },
      async handle({ params }) {
        const { durationMs, connection, ...same } = await health.check(params.id);
        return { ...same, duration_ms: durationMs, connection: present(connection) };
      },
    }),
  ];
}
