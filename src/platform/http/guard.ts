import { isDeepStrictEqual } from 'node:util';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { DENIALS, mayCall } from './access.ts';
import type { CallerState } from './handle.ts';
import { cookieOf, isOwnOrigin, sessionCookieName } from './own-pages.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { RouteDefinition } from './route.ts';

/** What a request brought to say who it is. */
export type Credential = { kind: 'bearer'; secret: string } | { kind: 'session'; secret: string };

/** Answers the actor behind a credential, or null when it is unknown, expired or revoked. */
export type Authenticate = (credential: Credential) => Promise<Actor | null>;

export interface GuardOptions {
  authenticate: Authenticate;
  limiter: RateLimiter;
  /** Tells pages of ours from others, and names the session cookie. */
  publicUrl: string | null;
  remember(request: FastifyRequest, state: CallerState): void;
}

/** Runs before the body is read: who is it, may it, not too often. */
export function createGuard(route: RouteDefinition, options: GuardOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
    if (route.opensSession === true) refuseForeignPage(request, options);
    const credential = credentialOf(request, options);
    const actor = credential === null ? null : await identify(route, credential, options);
    const scope = credential === null || actor === null ? null : sha256Hex(credential.secret).slice(0, 32);
    const unchanged = async (): Promise<boolean> => credential === null || isDeepStrictEqual(await options.authenticate(credential), actor);
    options.remember(request, { actor, scope, unchanged });
    const waitS = options.limiter.take(scope ?? `ip:${request.ip}`);
    if (waitS > 0)
      throw new AppError('rate_limited', 'Too many requests.', { hint: 'Wait as long as Retry-After says.', detail: { retry_after_s: waitS } });
    if (route.openOnLoopback === true && isLoopback(request)) return;
    if (!mayCall(route.access, actor)) throw denial(route, actor, credential);
  };
}

/** A public route answers also when tokens cannot be looked up: health must not depend on the database. */
async function identify(route: RouteDefinition, credential: Credential, options: GuardOptions): Promise<Actor | null> {
  try {
    return await options.authenticate(credential);
  } catch (error) {
    if (route.access === 'public') return null;
    throw error;
  }
}

function denial(route: RouteDefinition, actor: Actor | null, credential: Credential | null): AppError {
  if (actor === null) {
    const message = credential === null ? 'This needs a token.' : 'The token is unknown, expired or revoked.';
    return new AppError('unauthenticated', message, {
      code: DENIALS.noToken,
      hint: 'Send "Authorization: Bearer <token>"; "reeve token create" makes one.',
    });
  }
  if (route.access === 'person') {
    return new AppError('forbidden', 'Only a person may do this, and this token belongs to nobody.', {
      code: DENIALS.person,
      hint: 'Use a token made with --person.',
    });
  }
  return new AppError('forbidden', `This needs the role ${route.access}; the token has ${actor.role}.`, {
    code: DENIALS.role,
    detail: { needed: route.access, role: actor.role },
  });
}

function credentialOf(request: FastifyRequest, options: GuardOptions): Credential | null {
  const header = request.headers.authorization;
  if (header !== undefined) {
    const secret = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    return secret === undefined ? null : { kind: 'bearer', secret };
  }
  const secret = cookieOf(request.headers.cookie, sessionCookieName(request.headers.host, options.publicUrl));
  if (secret === null) return null;
  // A cookie travels by itself: a write counts only when our own page sent it.
  const reading = request.method === 'GET' || request.method === 'HEAD';
  return reading || senderOf(request, options) === 'our page' ? { kind: 'session', secret } : null;
}

/** Browsers name the page behind every write; programs name none. */
function senderOf(request: FastifyRequest, { publicUrl }: Pick<GuardOptions, 'publicUrl'>): 'our page' | 'another page' | 'a program' {
  const { origin, host } = request.headers;
  if (origin === undefined) return 'a program';
  return isOwnOrigin(origin, host, publicUrl) ? 'our page' : 'another page';
}

/** Somebody else's page could sign this browser in as somebody else, unseen; what is done there from then on would be theirs. */
function refuseForeignPage(request: FastifyRequest, options: GuardOptions): void {
  if (senderOf(request, options) !== 'another page') return;
  throw new AppError('forbidden', 'A page of another address may not sign this browser in.', {
    code: 'foreign_origin',
    hint: 'Behind a proxy, public_url must be the address people use.',
  });
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const LOCAL_HOST = /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/i;

/**
 * A request that a proxy on this machine passed on is not local: it names whom it speaks for. Nor is one for another host
 * name: a web page could have pointed its own name at this machine.
 */
export function isLoopback(request: FastifyRequest): boolean {
  const { headers } = request;
  const direct = headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
  return direct && LOOPBACK.test(request.socket.remoteAddress ?? '') && LOCAL_HOST.test(headers.host ?? '');
}
