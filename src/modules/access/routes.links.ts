import { z } from 'zod';
import { Role } from '#kernel/actor.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';
import type { Cookies } from './routes.cookies.ts';
import { bearerOf } from './routes.sessions.ts';

const Code = z.string().regex(/^[\w-]{43}$/, 'the part of the link behind link=');

export interface LinkRouteDeps {
  access: Access;
  cookies: Cookies;
  /** Beginning of our own addresses, as a browser of the caller reaches them. */
  consoleUrl(): string;
}

/**
 * Links that sign a browser in. The code stands behind `#`, where no server and no proxy writes it into a log; the page takes it from there
 * and posts it.
 */
export function linkRoutes({ access, cookies, consoleUrl }: LinkRouteDeps): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'POST',
      path: '/v1/sessions/links',
      summary: 'Make a link that signs a browser in as the owner of this token; good once, and for a quarter of an hour',
      tag,
      access: 'viewer',
      body: z.strictObject({ return_to: z.string().max(500).optional().describe('Page of the console to go to; a path of ours.') }).prefault({}),
      response: { status: 201, schema: z.object({ url: z.string(), expires_at: z.iso.datetime() }) },
      secretResponse: true,
      async handle({ body, headers }) {
        const { code, expiresAt } = await access.createLink(bearerOf(headers.authorization), body.return_to);
        const view = { url: `${consoleUrl()}/sign-in#link=${code}`, expires_at: expiresAt.toISOString() };
        return new Reply(201, view, { 'cache-control': 'no-store' });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/sessions/links/open',
      summary: 'Open the session of a link, in the browser that asks',
      tag,
      access: 'public',
      body: z.strictObject({ code: Code }),
      response: { status: 201, schema: z.object({ subject: z.string(), role: Role, expires_at: z.iso.datetime(), return_to: z.string() }) },
      secretResponse: true,
      opensSession: true,
      async handle({ body, headers }) {
        const { session, returnTo } = await access.openLink(body.code, headers['user-agent'] ?? null);
        const { actor, expiresAt } = session;
        const view = { subject: actor.subject, role: actor.role, expires_at: expiresAt.toISOString(), return_to: returnTo };
        return new Reply(201, view, { 'set-cookie': await cookies.signedIn(headers, session), 'cache-control': 'no-store' });
      },
    }),
  ];
}
