import type { Actor } from '#kernel/actor.ts';
import { sameSecret, sha256Hex } from '#platform/crypto/index.ts';
import type { AccessDeps } from './commands.ts';
import { decideActor, NOBODY, type Standing } from './decide.ts';
import { BOOTSTRAP_SUBJECT, TOKEN_TEXT } from './model.ts';
import { projectsOfPerson } from './store.reach.ts';
import { vouchedRole } from './store.sign-in.ts';
import * as store from './store.ts';

export const ADMIN: Actor = { kind: 'service', subject: BOOTSTRAP_SUBJECT, role: 'admin', personId: null };

/** The last use is kept to the minute; a busy token must not write on every request. */
const TOUCH_MS = 60_000;

/** Who stands behind an opaque bearer token, or null. */
export async function bearerActor(deps: AccessDeps, secret: string): Promise<Actor | null> {
  const id = TOKEN_TEXT.exec(secret)?.[1];
  if (id === undefined) return sameSecret(secret, deps.adminToken) ? ADMIN : null;
  const row = await store.tokenById(deps.db, id);
  return row !== undefined && sameSecret(row.secretHash, sha256Hex(secret)) ? actorOfToken(deps, row) : null;
}

/** The actor of a token's row now, or null; its use is written down. */
export async function actorOfToken(deps: AccessDeps, row: store.TokenRow): Promise<Actor | null> {
  const standing = row.personId === null ? NOBODY : await standingOf(deps, row.personId, row.fromGroups);
  const now = deps.clock.now();
  const actor = decideActor(row, standing, now);
  if (actor !== null && (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > TOUCH_MS))
    await store.touchToken(deps.db, row.id, now);
  return actor;
}

/** What a person may do now; what their provider's groups gave is asked for only where a credential leans on it. */
export async function standingOf(deps: Pick<AccessDeps, 'db' | 'people'>, personId: string, fromGroups: boolean): Promise<Standing> {
  const owner = await deps.people.get(personId);
  const memberOf = await projectsOfPerson(deps.db, personId);
  return { owner, memberOf, vouched: fromGroups ? await vouchedRole(deps.db, personId) : null };
}
