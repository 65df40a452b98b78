import { z } from 'zod';
import { actorOf, Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';
import { JWT_LIFETIME_S, OWN_AUDIENCE } from './model.ts';
import { bearerOf } from './routes.sessions.ts';

const TokenRequest = z.strictObject({
  /** Who will check it: `reeve-api` for this API, else the name of a service of yours. */
  audience: z
    .string()
    .regex(/^[\w.:/-]{1,200}$/, 'letters, digits, and . : / - _')
    .default(OWN_AUDIENCE),
  expires_in: z.number().int().min(30).max(JWT_LIFETIME_S.most).default(JWT_LIFETIME_S.usual),
});

const TokenAnswer = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number().int(), audience: z.string() });

const KeySet = z.object({
  keys: z.array(z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string(), alg: z.string(), use: z.string() })),
});

/** Access tokens that services check offline, and the keys to check them with. */
export function authRoutes({ access }: { access: Access }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'GET',
      path: '/.well-known/jwks.json',
      summary: 'The public keys of access tokens (RFC 7517)',
      tag,
      access: 'public',
      response: { status: 200, schema: KeySet },
      handle: async () => new Reply(200, { keys: await access.publicKeys() }, { 'cache-control': 'public, max-age=300' }),
    }),
    route({
      method: 'POST',
      path: '/v1/auth/token',
      summary: 'Exchange a token for a signed access token of some minutes that services can check offline',
      tag,
      access: 'viewer',
      body: TokenRequest,
      response: { status: 200, schema: TokenAnswer },
      secretResponse: true,
      async handle({ body, headers }) {
        const issued = await access.issueJwt(bearerOf(headers.authorization), { audience: body.audience, lifetimeS: body.expires_in });
        const view = { access_token: issued.accessToken, token_type: 'Bearer', expires_in: issued.expiresInS, audience: issued.audience };
        return new Reply(200, view, { 'cache-control': 'no-store' });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/keys/rotate',
      summary: 'Sign access tokens with a new key; the old ones verify for another hour, or not at all',
      tag,
      access: 'admin',
      body: z.strictObject({ at_once: z.boolean().default(false).describe('A key has leaked: every token it signed is refused from now on.') }),
      response: { status: 200, schema: z.object({ kid: z.string() }) },
      handle: async ({ body, ...request }) => ({ kid: await access.rotateKeys(actorOf(request), body.at_once) }),
    }),
  ];
}
