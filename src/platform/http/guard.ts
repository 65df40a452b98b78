import { isDeepStrictEqual } from 'node:util';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { DENIALS, mayCall } from './access.ts';
import type { CallerState } from './handle.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { RouteDefinition } from './route.ts';

/** What a request brought to say who it is. */
export type Credential = { kind: 'bearer'; secret: string } | { kind: 'session'; secret: string };

/** Answers the actor behind a credential, or null when it is unknown, expired or revoked. */
export type Authenticate = (credential: Credential) => Promise<Actor | null>;

export const SESSION_COOKIE = 'reeve_session';

export interface GuardOptions {
  authenticate: Authenticate;
  limiter: RateLimiter;
  /** Origins that pages of ours are served from; a session cookie counts for writes only from there. */
  isOwnOrigin(origin: string, request: FastifyRequest): boolean;
  remember(request: FastifyRequest, state: CallerState): void;
}

/** Runs before the body is read: who is it, may it, not too often. */
export function createGuard(route: RouteDefinition, options: GuardOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
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
  const secret = cookieOf(request.headers.cookie, SESSION_COOKIE);
  if (secret === null) return null;
  // A cookie travels by itself: a write counts only when our own page sent it.
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const { origin } = request.headers;
  return reading || (typeof origin === 'string' && options.isOwnOrigin(origin, request)) ? { kind: 'session', secret } : null;
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
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
