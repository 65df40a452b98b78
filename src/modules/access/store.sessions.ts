import type { Role } from '#kernel/actor.ts';
import { sql, type Queryable } from '#platform/db/index.ts';

export interface SessionRow {
  id: string;
  tokenId: string | null;
  adminHash: string | null;
  personId: string | null;
  role: Role | null;
  provider: string | null;
  userAgent: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

const columns = sql`id, token_id, admin_hash, person_id, role, provider, user_agent, created_at, last_seen_at, expires_at`;

export async function insertSession(on: Queryable, session: SessionRow & { secretHash: string }): Promise<void> {
  await on.run(sql`
    insert into sessions (secret_hash, id, token_id, admin_hash, person_id, role, provider, user_agent, created_at, last_seen_at, expires_at)
    values (${session.secretHash}, ${session.id}, ${session.tokenId}, ${session.adminHash}, ${session.personId}, ${session.role}, ${session.provider},
      ${session.userAgent}, ${session.createdAt}, ${session.lastSeenAt}, ${session.expiresAt})`);
}

/** `usedSince`: a session nobody used since then is over. */
export async function liveSession(on: Queryable, secretHash: string, now: Date, usedSince: Date): Promise<SessionRow | undefined> {
  return on.maybe(sql<SessionRow>`
    select ${columns} from sessions where secret_hash = ${secretHash} and expires_at > ${now} and last_seen_at > ${usedSince}`);
}

/** At most one write a minute for each session. */
export async function touchSession(on: Queryable, id: string, now: Date): Promise<void> {
  await on.run(sql`update sessions set last_seen_at = ${now} where id = ${id} and last_seen_at < ${now}::timestamptz - interval '1 minute'`);
}

/** Live ones, newest first, with the person who signed in or whose token it was; of one person when named. */
export async function listSessions(
  on: Queryable,
  filter: { now: Date; usedSince: Date; personId: string | null; limit: number; cursor: string | null },
): Promise<SessionRow[]> {
  const owned =
    filter.personId === null
      ? sql`true`
      : sql`(person_id = ${filter.personId} or token_id in (select id from tokens where person_id = ${filter.personId}))`;
  const older = filter.cursor === null ? sql`true` : sql`id < ${filter.cursor}`;
  return on.all(sql<SessionRow>`
    select ${columns}, coalesce(person_id, (select tokens.person_id from tokens where tokens.id = sessions.token_id)) as person_id
    from sessions where expires_at > ${filter.now} and last_seen_at > ${filter.usedSince} and ${owned} and ${older}
    order by id desc limit ${filter.limit + 1}`);
}

/** Ends one; the row it was, or undefined. With a person: only one of theirs. */
export async function endSession(on: Queryable, id: string, personId: string | null): Promise<{ id: string } | undefined> {
  const owned = personId === null ? sql`true` : sql`(person_id = ${personId} or token_id in (select id from tokens where person_id = ${personId}))`;
  return on.maybe(sql<{ id: string }>`delete from sessions where id = ${id} and ${owned} returning id`);
}

/** Ends the session of a cookie, and forgets those that ended by themselves. */
export async function deleteSession(on: Queryable, secretHash: string, now: Date): Promise<void> {
  await on.run(sql`delete from sessions where secret_hash = ${secretHash} or expires_at <= ${now}`);
}

/** Every session of a person made before a moment: signed in, or by a token of theirs. */
export async function deleteSessionsOf(on: Queryable, personId: string, before: Date): Promise<void> {
  await on.run(sql`
    delete from sessions
    where created_at < ${before} and (person_id = ${personId} or token_id in (select id from tokens where person_id = ${personId}))`);
}
