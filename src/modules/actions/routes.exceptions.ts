import { z } from 'zod';
import { isAtLeast } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { actorOf } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import type { Actions } from './model.ts';

const Id = z.object({ id: z.string().max(100) });

const Undone = z.object({ action_id: z.string(), kind: z.string(), digest: z.string(), status: z.string() });

const Glass = z.object({
  action_id: z.string(),
  state: z.enum(['opened', 'broken']).describe('`opened` waits for a second person.'),
  reason: z.string(),
  opened_by: z.string(),
  confirmed_by: z.string().nullable(),
  expires_at: z.string(),
});

/** Taking back what was done, and the emergency exit. */
export function exceptionRoutes({ actions }: { actions: Pick<Actions, 'transaction' | 'undo' | 'breakGlass'> }): RouteDefinition[] {
  return [
    route({
      method: 'POST',
      path: '/v1/actions/:id/undo',
      summary: 'Propose the inverse of an executed action; policy decides about it like about any other',
      tag: 'actions',
      access: 'person',
      params: Id,
      response: { status: 201, schema: Undone },
      async handle({ params, ...request }) {
        const by = actorOf(request);
        if (!isAtLeast(by.role, 'developer')) throw new AppError('forbidden', 'This needs the role developer.', { code: 'role_missing' });
        const action = await actions.transaction((tx) => actions.undo(tx, params.id, by));
        return { action_id: action.id, kind: action.record.kind, digest: action.digest, status: action.status };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/actions/:id/break-glass',
      summary: 'Emergency exit: two maintainers, a reason, fifteen minutes; loud in the ledger',
      tag: 'actions',
      access: 'person',
      params: Id,
      body: z.strictObject({ digest: z.string().min(1).max(200), reason: z.string().min(10).max(2000) }),
      response: { status: 200, schema: Glass },
      async handle({ params, body, log, ...request }) {
        const glass = await actions.breakGlass(params.id, body, actorOf(request));
        log.warn({ action: glass.actionId, state: glass.state, opened_by: glass.openedBy, confirmed_by: glass.confirmedBy }, 'glass was broken');
        return {
          action_id: glass.actionId,
          state: glass.state,
          reason: glass.reason,
          opened_by: glass.openedBy,
          confirmed_by: glass.confirmedBy,
          expires_at: glass.expiresAt.toISOString(),
        };
      },
    }),
  ];
}
