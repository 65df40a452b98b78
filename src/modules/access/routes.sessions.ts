import { z } from 'zod';
import { isAtLeast, Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, pageBody, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';
import type { Session } from './model.ts';
import type { Cookies } from './routes.cookies.ts';

const OpenedView = z.object({ subject: z.string(), role: Role, expires_at: z.iso.datetime() });

const SessionView = z
  .object({
    id: z.string(),
    person_id: z.string().nullable(),
    token_id: z.string().nullable(),
    opened_by: z.string().describe('`token`, `admin-token`, or the identity provider that vouched.'),
    user_agent: z.string().nullable(),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime().describe('To the minute; two hours without use end a session.'),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Session' });

export function sessionRoutes(deps: { access: Access; cookies: Cookies }): RouteDefinition[] {
  return [...ownSession(deps), ...listedSessions(deps)];
}

function ownSession({ access, cookies }: { access: Access; cookies: Cookies }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'POST',
      path: '/v1/sessions',
      summary: 'Exchange a bearer token for a session cookie',
      tag,
      access: 'viewer',
      response: { status: 201, schema: OpenedView },
      secretResponse: true,
      opensSession: true,
      async handle({ headers }) {
        const session = await access.openSession(bearerOf(headers.authorization), headers['user-agent'] ?? null);
        const view = { subject: session.actor.subject, role: session.actor.role, expires_at: session.expiresAt.toISOString() };
        return new Reply(201, view, { 'set-cookie': await cookies.signedIn(headers, session) });
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/sessions',
      summary: 'End the session of this browser',
      tag,
      access: 'viewer',
      response: { status: 204, schema: null },
      async handle({ headers }) {
        return new Reply(204, undefined, { 'set-cookie': await cookies.signedOut(headers) });
      },
    }),
  ];
}

/** Everybody sees and ends their own sessions; an admin those of all. */
function listedSessions({ access }: { access: Access }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'GET',
      path: '/v1/sessions',
      summary: 'Sessions that live: your own, or for an admin everybody’s; newest first',
      tag,
      access: 'viewer',
      query: PageQuery,
      response: { status: 200, schema: pageSchema(SessionView) },
      handle: async ({ query, ...request }) => pageBody(await access.listSessions({ ...query, personId: whoseOnly(actorOf(request)) }), present),
    }),
    route({
      method: 'DELETE',
      path: '/v1/sessions/:id',
      summary: 'End a session at once, on whichever browser it is',
      tag,
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 204, schema: null },
      async handle({ params, ...request }) {
        const by = actorOf(request);
        await access.endSession(params.id, by, whoseOnly(by));
      },
    }),
  ];
}

/** Null: everybody's. */
function whoseOnly(by: { role: Role; personId: string | null }): string | null {
  if (isAtLeast(by.role, 'admin')) return null;
  if (by.personId === null) throw new AppError('forbidden', 'A token that belongs to nobody has no sessions of its own.', { code: 'no_person' });
  return by.personId;
}

export const bearerOf = (header: string | undefined): string => /^Bearer +(\S+)/i.exec(header ?? '')?.[1] ?? '';

function present(session: Session): z.input<typeof SessionView> {
  return {
    id: session.id,
    person_id: session.personId,
    token_id: session.tokenId,
    opened_by: session.openedBy,
    user_agent: session.userAgent,
    created_at: session.createdAt.toISOString(),
    last_seen_at: session.lastSeenAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
  };
}
