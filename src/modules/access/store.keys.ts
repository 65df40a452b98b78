import { json, sql, type Queryable } from '#platform/db/index.ts';
import type { PublicJwk } from '#platform/crypto/index.ts';

export interface SigningKeyRow {
  id: string;
  publicJwk: PublicJwk;
  createdAt: Date;
  retiresAt: Date | null;
}

const columns = sql`id, public_jwk, created_at, retires_at`;

export async function insertKey(on: Queryable, key: { id: string; publicJwk: PublicJwk; createdAt: Date }): Promise<void> {
  await on.run(sql`
    insert into signing_keys (id, algorithm, public_jwk, created_at) values (${key.id}, 'EdDSA', ${json(key.publicJwk)}, ${key.createdAt})`);
}

/** Those that still verify at `now`, newest first. */
export async function liveKeys(on: Queryable, now: Date): Promise<SigningKeyRow[]> {
  return on.all(sql<SigningKeyRow>`select ${columns} from signing_keys where retires_at is null or retires_at > ${now} order by id desc`);
}

export async function liveKey(on: Queryable, id: string, now: Date): Promise<SigningKeyRow | undefined> {
  return on.maybe(sql<SigningKeyRow>`select ${columns} from signing_keys where id = ${id} and (retires_at is null or retires_at > ${now})`);
}

/** From `at` on they verify nothing any more; null retires every key that signs. */
export async function retireKeys(on: Queryable, id: string | null, at: Date): Promise<string[]> {
  const which = id === null ? sql`true` : sql`id = ${id}`;
  const rows = await on.all(sql<{ id: string }>`
    update signing_keys set retires_at = ${at} where ${which} and (retires_at is null or retires_at > ${at}) returning id`);
  return rows.map((row) => row.id);
}
