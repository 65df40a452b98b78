import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { JsonObject } from '#kernel/json.ts';

export interface AttemptRow {
  /** SHA-256 of the state. */
  id: string;
  forge: string;
  organization: string | null;
  manifest: JsonObject;
  postTo: string;
  begunBy: string;
  /** Id of the App that was kept then and may be replaced; null: none was. */
  replaces: string | null;
  expiresAt: Date;
}

/** Keeps an attempt, and forgets those whose time is over. */
export async function insertAttempt(tx: Tx, row: AttemptRow, now: Date): Promise<void> {
  await tx.run(sql`delete from connection_attempts where expires_at <= ${now}`);
  await tx.run(sql`insert into connection_attempts (id, forge, organization, manifest, post_to, begun_by, replaces, expires_at)
    values (${row.id}, ${row.forge}, ${row.organization}, ${json(row.manifest)}, ${row.postTo}, ${row.begunBy}, ${row.replaces}, ${row.expiresAt})`);
}

export function attemptById(on: Queryable, id: string, now: Date): Promise<AttemptRow | undefined> {
  return on.maybe(sql<AttemptRow>`select id, forge, organization, manifest, post_to, begun_by, replaces, expires_at
    from connection_attempts where id = ${id} and expires_at > ${now}`);
}

/** Once: of two that come at the same moment one gets it. */
export function takeAttempt(on: Queryable, id: string, now: Date): Promise<AttemptRow | undefined> {
  return on.maybe(sql<AttemptRow>`delete from connection_attempts where id = ${id} and expires_at > ${now}
    returning id, forge, organization, manifest, post_to, begun_by, replaces, expires_at`);
}
