import { z } from 'zod';
import { Role } from '#kernel/actor.ts';
import { PageQuery, pageSchema } from '#kernel/page.ts';
import { actorOf, pageBody, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';
import { Permission, ServiceName, type Token, type TokenOwner } from './model.ts';
import { authRoutes } from './routes.auth.ts';
import { createCookies } from './routes.cookies.ts';
import { limitRoutes } from './routes.limits.ts';
import { linkRoutes } from './routes.links.ts';
import { sessionRoutes } from './routes.sessions.ts';
import { signInRoutes } from './routes.sign-in.ts';

const TokenBody = z.strictObject({
  name: z.string().min(1).max(120),
  role: Role,
  person: z.string().min(1).nullable().default(null).describe('Handle of the person it belongs to; roles that decide need one.'),
  service: ServiceName.nullable().default(null).describe('Service account it belongs to: it works and never decides.'),
  projects: z
    .array(z.string().min(1).max(60))
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('Keys or ids of the only projects it sees; null: all.'),
  permissions: z
    .array(Permission)
    .min(1)
    .max(50)
    .nullable()
    .default(null)
    .describe('The only things it may do, like `issues:read`; null: all of its role.'),
  expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
});

const TokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role.describe('The most it may do; never more than its person may at that moment.'),
    person_id: z.string().nullable(),
    service: z.string().nullable(),
    projects: z.array(z.string()).nullable().describe('Ids; null: all.'),
    permissions: z.array(z.string()).nullable(),
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
  projects: z.array(z.string()).nullable().describe('Ids of the only projects this caller sees; null: all.'),
  permissions: z.array(z.string()).nullable(),
});

export interface AccessRouteDeps {
  access: Access;
  people: { get(id: string): Promise<TokenOwner | null> };
  /** What a browser calls this server, where that is settled: cookies are named after it, and with https are sent over TLS only. */
  publicUrl: string | null;
  /** Beginning of our own addresses, as a browser reaches them: links into the console begin with it. */
  consoleUrl(): string;
}

export function accessRoutes(given: AccessRouteDeps): RouteDefinition[] {
  const deps = { ...given, cookies: createCookies(given) };
  return [
    ...tokenRoutes(deps),
    ...sessionRoutes(deps),
    ...authRoutes(deps),
    ...limitRoutes(deps),
    ...signInRoutes(deps),
    ...linkRoutes(deps),
    whoami(deps),
  ];
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
        const { expires_at, ...same } = body;
        const issued = await access.createToken({ ...same, expiresAt: toUtc(expires_at) }, actorOf(request));
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

function whoami({ people }: AccessRouteDeps): RouteDefinition {
  return route({
    method: 'GET',
    path: '/v1/whoami',
    summary: 'Who this token is',
    tag: 'access',
    access: 'authenticated',
    response: { status: 200, schema: Caller },
    async handle(request) {
      const { subject, kind, role, personId, runId, projects, permissions } = actorOf(request);
      const owner = personId === null ? null : await people.get(personId);
      const person = owner === null ? null : { id: owner.id, handle: owner.handle, name: owner.name };
      const limits = { projects: projects ?? null, permissions: permissions ?? null };
      return { subject, kind, role, person, run_id: runId ?? null, ...limits };
    },
  });
}

const toUtc = (time: string | null): string | null => (time === null ? null : new Date(time).toISOString());
const iso = (time: Date | null): string | null => time?.toISOString() ?? null;

function present(token: Token): z.input<typeof TokenView> {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    person_id: token.personId,
    service: token.service,
    projects: token.projects,
    permissions: token.permissions,
    hint: token.hint,
    created_at: token.createdAt.toISOString(),
    last_used_at: iso(token.lastUsedAt),
    expires_at: iso(token.expiresAt),
    revoked_at: iso(token.revokedAt),
  };
}
