import type { Actor, Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { randomSecret, sameSecret, sha256Hex } from '#platform/crypto/index.ts';
import { ADMIN, actorOfToken, bearerActor, standingOf } from './commands.actor.ts';
import type { Tx } from '#platform/db/index.ts';
import type { AccessDeps, OpenedSession } from './commands.ts';
import { decideSignedIn } from './decide.ts';
import { SESSION_IDLE_MS, SESSION_MS, TOKEN_TEXT, type Session } from './model.ts';
import * as sessions from './store.sessions.ts';
import { lowerVouched } from './store.sign-in.ts';
import * as store from './store.ts';

const usedSince = (now: Date): Date => new Date(now.getTime() - SESSION_IDLE_MS);

/** Who a browser's session stands for now, or null: ended, idle for too long, its token or person gone. */
export async function sessionActor(deps: AccessDeps, secret: string): Promise<Actor | null> {
  const now = deps.clock.now();
  const session = await sessions.liveSession(deps.db, sha256Hex(secret), now, usedSince(now));
  if (session === undefined) return null;
  const actor = await actorBehind(deps, session);
  if (actor !== null) await sessions.touchSession(deps.db, session.id, now);
  return actor;
}

async function actorBehind(deps: AccessDeps, session: sessions.SessionRow): Promise<Actor | null> {
  if (session.personId !== null) return decideSignedIn(await standingOf(deps, session.personId, session.role !== null), session.role);
  if (session.tokenId === null) return session.adminHash !== null && sameSecret(session.adminHash, sha256Hex(deps.adminToken)) ? ADMIN : null;
  const row = await store.tokenById(deps.db, session.tokenId);
  return row === undefined ? null : actorOfToken(deps, row);
}

/**
 * Exchanges an opaque bearer token for a session that ends with the token, when idle, and after 12 hours. AppError unauthenticated,
 * forbidden (a token for agents, or an access token, which must not outlive its minutes).
 */
export async function openSession(deps: AccessDeps, bearer: string, userAgent: string | null): Promise<OpenedSession> {
  const { actor, tokenId, adminHash } = await tokenBehind(deps, bearer);
  const opening = { tokenId, adminHash, personId: null, role: null, provider: null, userAgent };
  return deps.db.tx((tx) => openSessionWith(deps, opening, actor, tx));
}

/** The token a session may be opened with; of the bootstrap admin token, which has no row, its hash. AppError as `openSession`. */
export async function tokenBehind(deps: AccessDeps, bearer: string): Promise<{ actor: Actor; tokenId: string | null; adminHash: string | null }> {
  const actor = await bearerActor(deps, bearer);
  if (actor === null) throw new AppError('unauthenticated', 'The token is unknown, expired or revoked.');
  if (actor.role === 'agent') throw new AppError('forbidden', 'A token for agents opens no session.', { code: 'role_required' });
  const tokenId = TOKEN_TEXT.exec(bearer)?.[1] ?? null;
  const isBootstrap = sameSecret(bearer, deps.adminToken);
  if (tokenId === null && !isBootstrap) throw new AppError('forbidden', 'An access token opens no session.', { code: 'not_exchangeable' });
  return { actor, tokenId, adminHash: tokenId === null ? sha256Hex(deps.adminToken) : null };
}

/** A session of a person whom an identity provider vouched for. AppError forbidden when the person is not active. */
export async function openSessionOf(
  deps: AccessDeps,
  person: { id: string; role: Role | null; provider: string },
  userAgent: string | null,
): Promise<OpenedSession> {
  const { id, role, provider } = person;
  const actor = decideSignedIn(await standingOf(deps, id, role !== null), role);
  if (actor === null) throw inactive();
  return deps.db.tx(async (tx) => {
    deps.ledger.append(tx, { kind: 'session.opened', subject: id, actor: actor.subject, payload: { provider, role } });
    return openSessionWith(deps, { tokenId: null, adminHash: null, personId: id, role, provider, userAgent }, actor, tx);
  });
}

export type Opening = Pick<sessions.SessionRow, 'tokenId' | 'adminHash' | 'personId' | 'role' | 'provider' | 'userAgent'>;

const inactive = (): AppError => new AppError('forbidden', 'This person is not active here.', { code: 'person_inactive' });

/**
 * A new session for what has been shown to be allowed to have one. Whoever is deactivated in this very moment either gets none, or is
 * deactivated after it, and it ends with what else they signed in with. AppError forbidden `person_inactive`.
 */
export async function openSessionWith(deps: AccessDeps, opening: Opening, actor: Actor, tx: Tx): Promise<OpenedSession> {
  if (actor.personId !== null && !(await deps.people.holdActive(tx, actor.personId))) throw inactive();
  const secret = randomSecret(32);
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  deps.registerSecret(secret, expiresAt);
  await sessions.insertSession(tx, {
    ...opening,
    userAgent: opening.userAgent?.slice(0, 200) ?? null,
    id: deps.ids.next('session'),
    secretHash: sha256Hex(secret),
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
  });
  return { secret, expiresAt, lifetimeS: SESSION_MS / 1000, actor };
}

export async function closeSession(deps: AccessDeps, secret: string): Promise<void> {
  await sessions.deleteSession(deps.db, sha256Hex(secret), deps.clock.now());
}

/** Live sessions, newest first; of one person when named. */
export async function listSessions(
  deps: Pick<AccessDeps, 'db' | 'clock'>,
  page: { limit: number; cursor?: string | undefined; personId: string | null },
): Promise<{ items: Session[]; nextCursor: string | null }> {
  const now = deps.clock.now();
  const { limit, personId } = page;
  const rows = await sessions.listSessions(deps.db, { now, usedSince: usedSince(now), personId, limit, cursor: page.cursor ?? null });
  const items = rows.slice(0, limit).map(toSession);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function toSession({ adminHash, role: _role, provider, ...row }: sessions.SessionRow): Session {
  return { ...row, openedBy: provider ?? (adminHash === null ? 'token' : 'admin-token') };
}

/** Ends a session at once. With a person: one of theirs only. AppError not_found. */
export async function endSession(deps: AccessDeps, id: string, by: Actor, personId: string | null): Promise<void> {
  await deps.db.tx(async (tx) => {
    if ((await sessions.endSession(tx, id, personId)) === undefined) throw new AppError('not_found', `There is no session ${id}.`);
    deps.ledger.append(tx, { kind: 'session.ended', subject: id, actor: by.subject, payload: {} });
  });
}

/** Somebody who comes back after being deactivated signs in anew; what they signed in with after `left` stays, however late this is told. */
export async function forgetSignIns(deps: Pick<AccessDeps, 'db'>, personId: string, left: Date): Promise<void> {
  await deps.db.tx(async (tx) => {
    await sessions.deleteSessionsOf(tx, personId, left);
    await lowerVouched(tx, personId, left);
  });
}
