import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { randomSecret, sameSecret, sha256Hex } from '#platform/crypto/index.ts';
import { ADMIN, actorOfToken } from './commands.actor.ts';
import { openSessionWith, tokenBehind } from './commands.sessions.ts';
import type { AccessDeps, OpenedSession } from './commands.ts';
import { safeReturn } from './decide.sign-in.ts';
import { SESSION_LINK_MS } from './model.ts';
import { findLink, insertLink, takeLink } from './store.links.ts';
import * as store from './store.ts';

export interface SessionLink {
  /** What stands in the link, shown here once: 43 characters of base64url. */
  code: string;
  expiresAt: Date;
}

/**
 * A link that signs a browser in as whoever made it: good once, and for a quarter of an hour. AppError unauthenticated, forbidden as
 * for a session, because that is what it becomes.
 */
export async function createLink(deps: AccessDeps, bearer: string, returnTo: string | undefined): Promise<SessionLink> {
  const { actor, tokenId, adminHash } = await tokenBehind(deps, bearer);
  const code = randomSecret(32);
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + SESSION_LINK_MS);
  deps.registerSecret(code, expiresAt);
  await deps.db.tx(async (tx) => {
    await insertLink(tx, { codeHash: sha256Hex(code), tokenId, adminHash, returnTo: safeReturn(returnTo), createdAt: now, expiresAt });
    deps.ledger.append(tx, {
      kind: 'session.link_made',
      subject: actor.subject,
      actor: actor.subject,
      payload: { token_id: tokenId, expires_at: expiresAt.toISOString() },
    });
  });
  return { code, expiresAt };
}

/** The session behind a link, and where the link wanted to go. AppError unauthenticated `link_unknown`: used, too old, or never made. */
export async function openLink(deps: AccessDeps, code: string, userAgent: string | null): Promise<{ session: OpenedSession; returnTo: string }> {
  const [codeHash, now] = [sha256Hex(code), deps.clock.now()];
  const link = await findLink(deps.db, codeHash, now);
  if (link === undefined) throw linkUnknown();
  const { tokenId, adminHash, returnTo } = link;
  const actor = await actorBehindLink(deps, tokenId, adminHash);
  // Together: a link that was taken has opened a session, and a session of a link is on record.
  const session = await deps.db.tx(async (tx) => {
    if (!(await takeLink(tx, codeHash, now)) || actor === null) return null;
    deps.ledger.append(tx, {
      kind: 'session.opened',
      subject: actor.personId ?? actor.subject,
      actor: actor.subject,
      payload: { provider: null, role: actor.role, token_id: tokenId, by: 'link' },
    });
    return openSessionWith(deps, { tokenId, adminHash, personId: null, role: null, provider: null, userAgent }, actor, tx);
  });
  if (session === null) throw linkUnknown();
  return { session, returnTo };
}

/** A token may have been revoked since, or the person sent away. */
async function actorBehindLink(deps: AccessDeps, tokenId: string | null, adminHash: string | null): Promise<Actor | null> {
  if (tokenId === null) return adminHash !== null && sameSecret(adminHash, sha256Hex(deps.adminToken)) ? ADMIN : null;
  const row = await store.tokenById(deps.db, tokenId);
  return row === undefined ? null : actorOfToken(deps, row);
}

const linkUnknown = (): AppError =>
  new AppError('unauthenticated', 'This link was used already, is too old, or was never made.', {
    code: 'link_unknown',
    hint: 'Make another with `reeve console`, or sign in with a token.',
  });
