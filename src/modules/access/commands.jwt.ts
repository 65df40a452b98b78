import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import {
  createSigningKey,
  parsePrivateJwk,
  publicHalf,
  randomSecret,
  readPrivateFile,
  sameSecret,
  sha256Hex,
  signJwt,
  verifyJwt,
  writePrivateFile,
  type JwtSigner,
  type PublicJwk,
} from '#platform/crypto/index.ts';
import { actorOfToken } from './commands.actor.ts';
import type { AccessDeps } from './commands.ts';
import { JWT_LIFETIME_S, OWN_AUDIENCE, TOKEN_TEXT } from './model.ts';
import * as keys from './store.keys.ts';
import * as store from './store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A key signs for so long; then a new one takes its place by itself. */
const SIGNS_MS = 30 * DAY_MS;
/** A key that no longer signs verifies for so long: longer than any token lives, and than a service keeps our key set. */
const OVERLAP_MS = 60 * 60 * 1000;

/** Signs with the key of this process; its private half is in a file only its owner can read, its public half in the database. */
export interface Keyring {
  signer(): Promise<JwtSigner>;
  /** A new key signs from now on; the others verify for another hour, or not at all when `atOnce` (a key has leaked). */
  rotate(by: Actor, atOnce: boolean): Promise<string>;
}

export function createKeyring(deps: Pick<AccessDeps, 'db' | 'clock' | 'ids' | 'ledger' | 'registerSecret'>, file: string): Keyring {
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other, or two calls would each make a key. */
  async function alone<T>(run: () => Promise<T>): Promise<T> {
    const next = turn.then(run, run);
    turn = next.catch(() => {});
    return next;
  }

  async function kept(): Promise<JwtSigner | null> {
    const [kid = '', jwk = ''] = (readPrivateFile(file) ?? '').split('\n', 2);
    const privateJwk = parsePrivateJwk(jwk);
    if (privateJwk === null) return null;
    deps.registerSecret(privateJwk.d);
    const now = deps.clock.now();
    const row = await keys.liveKey(deps.db, kid, now);
    const isOurs = row !== undefined && row.retiresAt === null && row.publicJwk.x === privateJwk.x;
    return isOurs && now.getTime() - row.createdAt.getTime() < SIGNS_MS ? { kid, privateJwk } : null;
  }

  async function make(by: string, retire: { id: string | null; at: Date } | null): Promise<JwtSigner> {
    const { privateJwk } = await createSigningKey();
    const kid = deps.ids.next('signingKey');
    deps.registerSecret(privateJwk.d);
    await deps.db.tx(async (tx) => {
      const retired = retire === null ? [] : await keys.retireKeys(tx, retire.id, retire.at);
      await keys.insertKey(tx, { id: kid, publicJwk: publicHalf(privateJwk), createdAt: deps.clock.now() });
      deps.ledger.append(tx, {
        kind: 'signing_key.created',
        subject: kid,
        actor: by,
        payload: { retired, retired_at: retire?.at.toISOString() ?? null },
      });
    });
    writePrivateFile(file, `${kid}\n${JSON.stringify(privateJwk)}`);
    return { kid, privateJwk };
  }

  const inAnHour = () => new Date(deps.clock.now().getTime() + OVERLAP_MS);
  return {
    signer: () =>
      alone(async () => {
        const signer = await kept();
        if (signer !== null) return signer;
        const old = (readPrivateFile(file) ?? '').split('\n', 1)[0] ?? '';
        return make('system', old === '' ? null : { id: old, at: inAnHour() });
      }),
    // Also the keys of other processes: each makes itself a new one when it next signs.
    rotate: (by, atOnce) => alone(async () => (await make(by.subject, { id: null, at: atOnce ? deps.clock.now() : inAnHour() })).kid),
  };
}

export interface IssuedJwt {
  accessToken: string;
  expiresInS: number;
  audience: string;
}

/** What `createAccess` needs for access tokens. */
export interface JwtDeps extends AccessDeps {
  keyring: Keyring;
  issuer: string;
}

/**
 * A short-lived access token for an opaque one, so that a service can check a caller without asking us. AppError unauthenticated,
 * forbidden `not_exchangeable` (the bootstrap token, an agent's, another access token).
 */
export async function issueJwt(deps: JwtDeps, bearer: string, wanted: { audience: string; lifetimeS: number }): Promise<IssuedJwt> {
  const id = TOKEN_TEXT.exec(bearer)?.[1];
  const row = id === undefined ? undefined : await store.tokenById(deps.db, id);
  const actor = row !== undefined && sameSecret(row.secretHash, sha256Hex(bearer)) ? await actorOfToken(deps, row) : null;
  if (row === undefined || actor === null || actor.kind === 'agent')
    throw new AppError('forbidden', 'Only a token that was made for a person or a service can be exchanged.', {
      code: 'not_exchangeable',
      hint: 'Send one made by `reeve token create` as the bearer token.',
    });
  const now = Math.floor(deps.clock.now().getTime() / 1000);
  const left = row.expiresAt === null ? wanted.lifetimeS : Math.floor(row.expiresAt.getTime() / 1000) - now;
  const expiresInS = Math.max(1, Math.min(wanted.lifetimeS, JWT_LIFETIME_S.most, left));
  const accessToken = await signJwt(await deps.keyring.signer(), {
    iss: deps.issuer,
    aud: wanted.audience,
    sub: actor.subject,
    jti: randomSecret(12),
    iat: now,
    nbf: now,
    exp: now + expiresInS,
    token: row.id,
    role: actor.role,
    person: actor.personId,
    projects: actor.projects ?? null,
    permissions: actor.permissions ?? null,
  });
  return { accessToken, expiresInS, audience: wanted.audience };
}

/** Who stands behind an access token now: what it says is only which token it came from, so that a revocation counts at once. */
export async function authenticateJwt(deps: JwtDeps, text: string): Promise<Actor | null> {
  const now = deps.clock.now();
  const claims = await verifyJwt(text, {
    issuer: deps.issuer,
    audience: OWN_AUDIENCE,
    mostAgeS: JWT_LIFETIME_S.most,
    now,
    keyOf: async (kid) => (await keys.liveKey(deps.db, kid, now))?.publicJwk ?? null,
  });
  if (claims === null || typeof claims['token'] !== 'string') return null;
  const row = await store.tokenById(deps.db, claims['token']);
  const actor = row === undefined ? null : await actorOfToken(deps, row);
  return actor !== null && actor.kind !== 'agent' && actor.subject === claims.sub && actor.role === claims['role'] ? actor : null;
}

/** The public keys by which a token of ours is verified, as RFC 7517 has them. */
export async function publicKeys(deps: JwtDeps): Promise<Array<PublicJwk & { kid: string; alg: 'EdDSA'; use: 'sig' }>> {
  await deps.keyring.signer();
  const rows = await keys.liveKeys(deps.db, deps.clock.now());
  return rows.map((row) => ({ ...row.publicJwk, kid: row.id, alg: 'EdDSA', use: 'sig' }));
}
