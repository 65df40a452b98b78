import { z } from 'zod';
import { isAtLeast } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf } from '#platform/http/answer.ts';
import { route, type RouteDefinition } from '#platform/http/route.ts';
import { headlineOf } from './decide.describe.ts';
import type { Actions, GlassUse } from './model.ts';

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

const Account = z.object({ action_id: z.string(), account: z.string(), account_by: z.string(), account_at: z.iso.datetime() });

const GlassUseView = z.object({
  action_id: z.string(),
  kind: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  headline: z.string().describe('What the action does, in one sentence; names in it are untrusted'),
  repository: z.string(),
  project_id: z.string().nullable(),
  action_status: z.string(),
  state: z
    .enum(['opened', 'ran_out', 'not_needed', 'broken'])
    .describe('`opened` waits for a second person; `ran_out`: nobody was the second in time; `not_needed`: the action was decided without it.'),
  reason: z.string(),
  opened_by: z.string(),
  opened_at: z.iso.datetime(),
  confirmed_by: z.string().nullable(),
  confirmed_at: z.iso.datetime().nullable(),
  expires_at: z.iso.datetime().describe('Until when a second person confirms it, and until when what was broken may run'),
  account: z.string().nullable().describe('What happened, written down once glass was broken; null: nobody did yet'),
  account_by: z.string().nullable(),
  account_at: z.iso.datetime().nullable(),
});

function presentUse(use: GlassUse): z.input<typeof GlassUseView> {
  const { action, state, reason, openedBy, openedAt, confirmedBy, confirmedAt, expiresAt, account } = use;
  return {
    action_id: action.id,
    kind: action.record.kind,
    risk: action.record.risk,
    headline: headlineOf(action.record),
    repository: action.record.target.repo,
    project_id: action.projectId,
    action_status: action.status,
    state,
    reason,
    opened_by: openedBy,
    opened_at: openedAt.toISOString(),
    confirmed_by: confirmedBy,
    confirmed_at: confirmedAt?.toISOString() ?? null,
    expires_at: expiresAt.toISOString(),
    account: account?.text ?? null,
    account_by: account?.by ?? null,
    account_at: account?.at.toISOString() ?? null,
  };
}

function accountRoute(actions: Pick<Actions, 'accountForGlass'>): RouteDefinition {
  return route({
    method: 'POST',
    path: '/v1/actions/:id/break-glass/account',
    summary: 'Write down what happened where glass was broken: a maintainer, once',
    tag: 'actions',
    access: 'person',
    params: Id,
    body: z.strictObject({ text: z.string().min(10).max(5000) }),
    response: { status: 201, schema: Account },
    async handle({ params: { id }, body, ...request }) {
      const { text, by, at } = await actions.accountForGlass(id, body.text, actorOf(request));
      return { action_id: id, account: text, account_by: by, account_at: at.toISOString() };
    },
  });
}

function glassListRoute(actions: Pick<Actions, 'glassUses'>): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/break-glass',
    summary: 'Where the emergency exit was opened, by whom and why, and what became of it; the newest action first',
    tag: 'actions',
    access: 'viewer',
    query: PageQuery.extend({
      project: z.string().max(100).optional().describe('Id or key of the project.'),
      action: z.string().max(100).optional().describe('Of one action.'),
    }),
    response: { status: 200, schema: pageSchema(GlassUseView) },
    async handle({ query: { project, action, ...page }, actor }) {
      const found = await actions.glassUses({ ...page, projectId: project, projectIds: actor?.projects ?? undefined, actionId: action });
      return { items: found.items.map(presentUse), next_cursor: found.nextCursor };
    },
  });
}

/** Taking back what was done, and the emergency exit. */
export function exceptionRoutes({
  actions,
}: {
  actions: Pick<Actions, 'transaction' | 'undo' | 'breakGlass' | 'accountForGlass' | 'glassUses'>;
}): RouteDefinition[] {
  return [
    glassListRoute(actions),
    accountRoute(actions),
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
