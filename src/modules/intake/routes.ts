import { z } from 'zod';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { foundOr404, pageBody } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { ForgeEvent, parseForgeEvent, type Intake, type StoredEvent } from './model.ts';

const EventView = z.object({
  id: z.string(),
  source: z.string(),
  delivery_id: z.string(),
  kind: z.string(),
  forge: z.string().nullable(),
  repository: z.string().nullable(),
  number: z.number().nullable(),
  document: ForgeEvent.nullable(),
  note: z.string().nullable(),
  backfilled: z.boolean().describe("Read from the repository's history later on: it started nothing."),
  occurred_at: z.string(),
  received_at: z.string(),
});

const EventQuery = PageQuery.extend({
  source: z.string().optional(),
  kind: z.string().optional(),
  forge: z.string().optional(),
  repository: z.string().optional(),
  number: z.coerce.number().int().positive().optional(),
});

/** `/v1/events`: made by the system or imported by an admin, read here; append-only. */
export function intakeRoutes({ intake }: { intake: Intake }): RouteDefinition[] {
  const tag = 'events';
  return [
    route({
      method: 'GET',
      path: '/v1/events',
      summary: 'List what connectors told us',
      tag,
      access: 'viewer',
      query: EventQuery,
      response: { status: 200, schema: pageSchema(EventView) },
      handle: async ({ query }) => pageBody(await intake.list(query), presentEvent),
    }),
    route({
      method: 'GET',
      path: '/v1/events/:id',
      summary: 'One event',
      tag,
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: EventView },
      handle: async ({ params }) => presentEvent(foundOr404(await intake.get(params.id), 'event')),
    }),
    route({
      method: 'POST',
      path: '/v1/events/import',
      summary: 'Bring in one event that was kept elsewhere; the same delivery again has no effect',
      tag,
      access: 'admin',
      body: z.strictObject({
        source: z.string().min(1).max(60),
        delivery_id: z.string().min(1).max(200),
        headers: z.record(z.string(), z.string()).default({}),
        body: ForgeEvent,
      }),
      response: { status: 202, schema: z.object({ event_id: z.string(), duplicate: z.boolean() }) },
      async handle({ body }) {
        const received = await intake.receive({
          source: body.source,
          deliveryId: body.delivery_id,
          headers: body.headers,
          body: Buffer.from(JSON.stringify(body.body)),
          normalise: parseForgeEvent,
        });
        return { event_id: received.eventId, duplicate: received.duplicate };
      },
    }),
  ];
}

function presentEvent(event: StoredEvent): z.input<typeof EventView> {
  const { id, source, kind, forge, repository, number, document, note, backfilled, deliveryId, occurredAt, receivedAt } = event;
  const same = { id, source, kind, forge, repository, number, document, note, backfilled };
  return { ...same, delivery_id: deliveryId, occurred_at: occurredAt.toISOString(), received_at: receivedAt.toISOString() };
}
