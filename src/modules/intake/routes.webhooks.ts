import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { WebhookReceiver } from '#ports/webhook.ts';
import type { Intake } from './model.ts';

/** GitHub cuts its payloads off at 25 MB. */
const LARGEST_DELIVERY_BYTES = 25 * 1024 * 1024;

/** `/webhooks/<source>`: the signature over the bytes is the only credential. Acknowledged once the delivery is stored. */
export function webhookRoutes({ intake, receivers }: { intake: Intake; receivers: readonly WebhookReceiver[] }): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/webhooks/:source',
      summary: 'Take a delivery of a forge: signature checked over the bytes, stored once, acted on later',
      tag: 'webhooks',
      access: 'public',
      params: z.object({ source: z.string() }),
      rawBody: true,
      bodyLimit: LARGEST_DELIVERY_BYTES,
      response: { status: 202, schema: z.object({ event_id: z.string(), duplicate: z.boolean() }) },
      async handle({ params, raw, headers, log }) {
        const receiver = receivers.find(({ source }) => source === params.source);
        if (receiver === undefined) {
          const known = receivers.map(({ source }) => source);
          throw new AppError('not_found', `There is no sender of webhooks called ${params.source}.`, { detail: { known } });
        }
        const body = raw ?? Buffer.alloc(0);
        const verdict = receiver.verify(headers, body);
        if (verdict.state === 'not_configured')
          throw new AppError('unavailable', `Webhooks of ${receiver.source} are not taken: set ${verdict.setting} first.`, {
            code: 'webhook_not_configured',
          });
        if (verdict.state === 'refused') {
          log.warn({ source: receiver.source, reason: verdict.reason, bytes: body.length }, 'a webhook was refused');
          throw new AppError('unauthenticated', 'The signature of this delivery is missing or wrong.', { code: 'bad_signature' });
        }
        const { eventId, duplicate } = await intake.receive({
          source: receiver.source,
          deliveryId: verdict.deliveryId,
          headers,
          body,
          signed: true,
          normalise: (delivery) => receiver.normalise(delivery),
        });
        return { event_id: eventId, duplicate };
      },
    }),
  ];
}
