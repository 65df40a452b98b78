import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import type { Token } from './model.ts';

export interface TokenRow extends Token {
  /** Its role came from the groups of an identity provider. */
  fromGroups: boolean;
  runId: string | null;
  secretHash: string;
}

export interface NewToken {
  id: string;
  name: string;
  role: Token['role'];
  personId: string | null;
  runId: string | null;
  service: string | null;
  projects: readonly string[] | null;
  permissions: readonly string[] | null;
  fromGroups: boolean;
  secretHash: string;
  hint: string;
  createdBy: string;
  expiresAt: Date | null;
}

const columns = sql`id, name, role, person_id, run_id, service, projects, permissions, from_groups, secret_hash, hint, created_at, last_used_at, expires_at, revoked_at`;

export async function insertToken(on: Queryable, token: NewToken): Promise<TokenRow> {
  return on.one(sql<TokenRow>`
    insert into tokens (id, name, role, person_id, run_id, service, projects, permissions, from_groups, secret_hash, hint, created_by, expires_at)
    values (${token.id}, ${token.name}, ${token.role}, ${token.personId}, ${token.runId}, ${token.service},
      ${token.projects === null ? null : [...token.projects]}, ${token.permissions === null ? null : [...token.permissions]}, ${token.fromGroups}, ${token.secretHash}, ${token.hint}, ${token.createdBy}, ${token.expiresAt})
    returning ${columns}`);
}

export async function tokenById(on: Queryable, id: string): Promise<TokenRow | undefined> {
  return on.maybe(sql<TokenRow>`select ${columns} from tokens where id = ${id}`);
}

/** Newest first; tokens of runs are left out, they live for minutes and would bury the others. */
export async function listTokens(on: Queryable, page: { limit: number; before: string | null }): Promise<TokenRow[]> {
  const older = page.before === null ? sql`true` : sql`id < ${page.before}`;
  return on.all(sql<TokenRow>`select ${columns} from tokens where run_id is null and ${older} order by id desc limit ${page.limit + 1}`);
}

/** At most one write a minute for each token, however busy it is. */
export async function touchToken(on: Queryable, id: string, now: Date): Promise<void> {
  await on.run(
    sql`update tokens set last_used_at = ${now} where id = ${id} and (last_used_at is null or last_used_at < ${now}::timestamptz - interval '1 minute')`,
  );
}

/** Answers whether this call revoked it. */
export async function revokeToken(on: Queryable, id: string, now: Date): Promise<boolean> {
  return (await on.run(sql`update tokens set revoked_at = ${now} where id = ${id} and revoked_at is null`)) === 1;
}

export async function revokeTokensOfRun(on: Queryable, runId: string, now: Date): Promise<string[]> {
  const revoked: Statement<{ id: string }> = sql`update tokens set revoked_at = ${now} where run_id = ${runId} and revoked_at is null returning id`;
  return (await on.all(revoked)).map((row) => row.id);
}
