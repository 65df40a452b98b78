import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { randomSecret, sameSecret, sha256Hex } from '#platform/crypto/index.ts';
import type { Credential } from '#platform/http/index.ts';
import type { AccessDeps, OpenedSession } from './commands.ts';
import { decideActor } from './decide.ts';
import { BOOTSTRAP_SUBJECT, TOKEN_TEXT } from './model.ts';
import * as store from './store.ts';

const ADMIN: Actor = { kind: 'service', subject: BOOTSTRAP_SUBJECT, role: 'admin', personId: null };

const SESSION_MS = 12 * 60 * 60 * 1000;
/** The last use is kept to the minute; a busy token must not write on every request. */
const TOUCH_MS = 60_000;

/**
 * Who stands behind a credential, or null. Nothing is cached: a revoked token fails at once, also when another process
 * revoked it.
 */
export async function authenticate(deps: AccessDeps, credential: Credential): Promise<Actor | null> {
  if (credential.kind === 'session') return bySession(deps, credential.secret);
  const id = TOKEN_TEXT.exec(credential.secret)?.[1];
  if (id === undefined) return sameSecret(credential.secret, deps.adminToken) ? ADMIN : null;
  const row = await store.tokenById(deps.db, id);
  return row !== undefined && sameSecret(row.secretHash, sha256Hex(credential.secret)) ? actorOfToken(deps, row) : null;
}

async function actorOfToken(deps: AccessDeps, row: store.TokenRow): Promise<Actor | null> {
  const owner = row.personId === null ? null : await deps.people.get(row.personId);
  const now = deps.clock.now();
  const actor = decideActor(row, owner, now);
  if (actor !== null && (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > TOUCH_MS))
    await store.touchToken(deps.db, row.id, now);
  return actor;
}

async function bySession(deps: AccessDeps, secret: string): Promise<Actor | null> {
  const session = await store.liveSession(deps.db, sha256Hex(secret), deps.clock.now());
  if (session === undefined) return null;
  if (session.tokenId === null) return session.adminHash !== null && sameSecret(session.adminHash, sha256Hex(deps.adminToken)) ? ADMIN : null;
  const row = await store.tokenById(deps.db, session.tokenId);
  return row === undefined ? null : actorOfToken(deps, row);
}

/** Exchanges a bearer token for a session of 12 hours that ends with the token. AppError unauthenticated, forbidden. */
export async function openSession(deps: AccessDeps, bearer: string): Promise<OpenedSession> {
  const actor = await authenticate(deps, { kind: 'bearer', secret: bearer });
  if (actor === null) throw new AppError('unauthenticated', 'The token is unknown, expired or revoked.');
  if (actor.role === 'agent') throw new AppError('forbidden', 'A token for agents opens no session.', { code: 'role_required' });
  const secret = randomSecret(32);
  deps.registerSecret(secret);
  const expiresAt = new Date(deps.clock.now().getTime() + SESSION_MS);
  const tokenId = TOKEN_TEXT.exec(bearer)?.[1] ?? null;
  await store.insertSession(deps.db, {
    secretHash: sha256Hex(secret),
    tokenId,
    adminHash: tokenId === null ? sha256Hex(deps.adminToken) : null,
    expiresAt,
  });
  return { secret, expiresAt, lifetimeS: SESSION_MS / 1000, actor };
}

export async function closeSession(deps: AccessDeps, secret: string): Promise<void> {
  await store.deleteSession(deps.db, sha256Hex(secret), deps.clock.now());
}
