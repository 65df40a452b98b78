import { z } from 'zod';
import { Role } from '#kernel/actor.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, pageBody, Reply, route, SESSION_COOKIE, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';
import type { Token, TokenOwner } from './model.ts';

const TokenBody = z.strictObject({
  name: z.string().min(1).max(120),
  role: Role,
  person: z.string().min(1).nullable().default(null).describe('Handle of the person it belongs to; roles that decide need one.'),
  expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
});

const TokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role,
    person_id: z.string().nullable(),
    hint: z.string().describe('The first characters of the secret part, to recognise it.'),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Token' });

const NewTokenView = TokenView.extend({ token: z.string().describe('The secret. It is shown this once.') }).meta({ id: 'NewToken' });

const Caller = z.object({
  subject: z.string(),
  kind: z.enum(['person', 'agent', 'service', 'system']),
  role: Role,
  person: z.object({ id: z.string(), handle: z.string(), name: z.string() }).nullable(),
  run_id: z.string().nullable(),
});

const SessionView = z.object({ subject: z.string(), role: Role, expires_at: z.iso.datetime() });

export interface AccessRouteDeps {
  access: Access;
  people: { get(id: string): Promise<TokenOwner | null> };
  /** The public address begins with https: the session cookie is sent over TLS only. */
  https: boolean;
}

export function accessRoutes(deps: AccessRouteDeps): RouteDefinition[] {
  return [...tokenRoutes(deps), ...sessionRoutes(deps), whoami(deps)];
}

function tokenRoutes({ access }: AccessRouteDeps): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'POST',
      path: '/v1/tokens',
      summary: 'Make a token; the answer shows it once',
      tag,
      access: 'admin',
      body: TokenBody,
      response: { status: 201, schema: NewTokenView },
      secretResponse: true,
      async handle({ body, ...request }) {
        const issued = await access.createToken(
          { name: body.name, role: body.role, person: body.person, expiresAt: toUtc(body.expires_at) },
          actorOf(request),
        );
        return { ...present(issued.token), token: issued.secret };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/tokens',
      summary: 'List tokens, newest first, revoked ones too',
      tag,
      access: 'admin',
      query: PageQuery,
      response: { status: 200, schema: pageSchema(TokenView) },
      handle: async ({ query }) => pageBody(await access.listTokens(query), present),
    }),
    route({
      method: 'DELETE',
      path: '/v1/tokens/:id',
      summary: 'Revoke a token, and the sessions opened with it',
      tag,
      access: 'admin',
      params: z.object({ id: z.string() }),
      response: { status: 204, schema: null },
      handle: async ({ params, ...request }) => access.revokeToken(params.id, actorOf(request)),
    }),
  ];
}

function sessionRoutes({ access, https }: AccessRouteDeps): RouteDefinition[] {
  const tag = 'access';
  const cookie = (value: string, maxAgeS: number): string =>
    `${SESSION_COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeS}${https ? '; Secure' : ''}`;
  return [
    route({
      method: 'POST',
      path: '/v1/sessions',
      summary: 'Exchange a bearer token for a session cookie',
      tag,
      access: 'viewer',
      response: { status: 201, schema: SessionView },
      secretResponse: true,
      async handle({ headers }) {
        const session = await access.openSession(bearerOf(headers.authorization));
        const view = { subject: session.actor.subject, role: session.actor.role, expires_at: session.expiresAt.toISOString() };
        return new Reply(201, view, { 'set-cookie': cookie(session.secret, session.lifetimeS) });
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
        const secret = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([^;\\s]+)`).exec(headers.cookie ?? '')?.[1];
        if (secret !== undefined) await access.closeSession(secret);
        return new Reply(204, undefined, { 'set-cookie': cookie('', 0) });
      },
    }),
  ];
}

function whoami({ people }: AccessRouteDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/whoami',
    summary: 'Who this token is',
    tag: 'access',
    access: 'authenticated',
    response: { status: 200, schema: Caller },
    async handle(request) {
      const { subject, kind, role, personId, runId } = actorOf(request);
      const owner = personId === null ? null : await people.get(personId);
      const person = owner === null ? null : { id: owner.id, handle: owner.handle, name: owner.name };
      return { subject, kind, role, person, run_id: runId ?? null };
    },
  });
}

const bearerOf = (header: string | undefined): string => /^Bearer +(\S+)/i.exec(header ?? '')?.[1] ?? '';
const toUtc = (time: string | null): string | null => (time === null ? null : new Date(time).toISOString());
const iso = (time: Date | null): string | null => time?.toISOString() ?? null;

function present(token: Token): z.input<typeof TokenView> {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    person_id: token.personId,
    hint: token.hint,
    created_at: token.createdAt.toISOString(),
    last_used_at: iso(token.lastUsedAt),
    expires_at: iso(token.expiresAt),
    revoked_at: iso(token.revokedAt),
  };
}
