import { z } from 'zod';
import { isAppError } from '#kernel/errors.ts';
import { Reply, route, type RouteDefinition } from '#platform/http/index.ts';
import type { Access } from './commands.ts';
import type { Cookies } from './routes.cookies.ts';

const Provider = z.object({ provider: z.string().regex(/^[a-z0-9-]{1,30}$/) });
const Challenge = z.string().regex(/^[\w-]{43}$/, 'the base64url form of a SHA-256');

const LoginQuery = z
  .object({
    return_to: z.string().max(500).optional(),
    cli_port: z.coerce.number().int().min(1024).max(65_535).optional(),
    cli_challenge: Challenge.optional(),
    cli_state: z
      .string()
      .regex(/^[\w-]{16,100}$/)
      .optional(),
  })
  .refine((query) => new Set([query.cli_port, query.cli_challenge, query.cli_state].map((part) => part === undefined)).size === 1, {
    message: 'cli_port, cli_challenge and cli_state belong together',
  });

const seeOther = (location: string, headers: Record<string, string> = {}): Reply =>
  new Reply(303, undefined, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...headers });

/**
 * A person whose sign-in was refused stands in front of a browser: it is sent to the page that says why in words and offers another try.
 * A program gets the refusal itself. The code alone goes into the address; a sentence there could be anybody's.
 */
async function backToPage(accept: string | undefined, signIn: () => Promise<Reply>): Promise<Reply> {
  try {
    return await signIn();
  } catch (error) {
    if (!(accept ?? '').includes('text/html') || !isAppError(error) || error.kind === 'internal') throw error;
    return seeOther(`/sign-in?error=${encodeURIComponent(error.code)}`);
  }
}

/** Signing in through an identity provider: for browsers, and for `reeve login`. */
export function signInRoutes(deps: { access: Access; cookies: Cookies }): RouteDefinition[] {
  return [...beginRoutes(deps), ...callbackRoutes(deps), ...endRoutes(deps)];
}

function beginRoutes({ access, cookies }: { access: Access; cookies: Cookies }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'GET',
      path: '/v1/auth/providers',
      summary: 'Identity providers people sign in with',
      tag,
      access: 'public',
      response: { status: 200, schema: z.object({ items: z.array(z.object({ name: z.string(), login: z.string() })) }) },
      handle: async () => ({ items: access.signIn.providers().map((name) => ({ name, login: `/v1/auth/login/${name}` })) }),
    }),
    route({
      method: 'GET',
      path: '/v1/auth/login/:provider',
      summary: 'Send a browser to an identity provider; it comes back with a session, or with a code for the command line',
      tag,
      access: 'public',
      params: Provider,
      query: LoginQuery,
      response: { status: 200, schema: null },
      async handle({ params, query, headers }) {
        const { cli_port: port, cli_challenge: challenge, cli_state: state } = query;
        const cli = port === undefined || challenge === undefined || state === undefined ? null : { port, challenge, state };
        const begun = await access.signIn.begin(params.provider, { returnTo: query.return_to, cli });
        return seeOther(begun.url, { 'set-cookie': cookies.beganLogin(headers, begun) });
      },
    }),
  ];
}

function callbackRoutes({ access }: { access: Access }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'GET',
      path: '/v1/auth/callback/:provider',
      summary: 'Where an identity provider sends a browser back to (OpenID Connect)',
      tag,
      access: 'public',
      params: Provider,
      query: z.record(z.string(), z.string()),
      response: { status: 200, schema: null },
      handle: async ({ params, query, headers }) =>
        backToPage(headers.accept, async () =>
          seeOther(await access.signIn.callback(params.provider, { query: new URLSearchParams(query).toString(), form: null })),
        ),
    }),
    route({
      method: 'POST',
      path: '/v1/auth/callback/:provider',
      summary: 'Where an identity provider has a browser post its answer (SAML)',
      tag,
      access: 'public',
      params: Provider,
      rawBody: true,
      bodyLimit: 256 * 1024,
      body: z.record(z.string(), z.string()),
      response: { status: 200, schema: null },
      handle: async ({ params, body, headers }) =>
        backToPage(headers.accept, async () => seeOther(await access.signIn.callback(params.provider, { query: '', form: body }))),
    }),
  ];
}

function endRoutes({ access, cookies }: { access: Access; cookies: Cookies }): RouteDefinition[] {
  const tag = 'access';
  return [
    route({
      method: 'GET',
      path: '/v1/auth/finish',
      summary: 'Opens the session of a sign-in, in the browser that began it',
      tag,
      access: 'public',
      query: z.object({ code: Challenge }),
      response: { status: 200, schema: null },
      async handle({ query, headers }) {
        const browser = cookies.loginOf(headers);
        return backToPage(headers.accept, async () => {
          const { session, returnTo } = await access.signIn.finish(query.code, browser, headers['user-agent'] ?? null);
          return seeOther(returnTo, { 'set-cookie': await cookies.signedIn(headers, session, 'Lax') });
        });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/cli',
      summary: 'The token of a sign-in that the command line began',
      tag,
      access: 'public',
      body: z.strictObject({ code: Challenge, verifier: Challenge, name: z.string().min(1).max(120).default('command line') }),
      response: { status: 200, schema: z.object({ token: z.string(), person: z.string(), expires_at: z.iso.datetime() }) },
      secretResponse: true,
      async handle({ body }) {
        const { token, handle, expiresAt } = await access.signIn.tokenFor(body.code, body.verifier, body.name);
        return new Reply(200, { token, person: handle, expires_at: expiresAt }, { 'cache-control': 'no-store' });
      },
    }),
  ];
}
