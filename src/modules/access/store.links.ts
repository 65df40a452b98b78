import { sql, type Queryable, type Tx } from '#platform/db/index.ts';

export interface LinkRow {
  codeHash: string;
  tokenId: string | null;
  adminHash: string | null;
  returnTo: string;
  createdAt: Date;
  expiresAt: Date;
}

/** Keeps a link, and forgets those whose time is over. */
export async function insertLink(on: Queryable, row: LinkRow): Promise<void> {
  await on.run(sql`delete from session_links where expires_at <= ${row.createdAt}`);
  await on.run(sql`
    insert into session_links (code_hash, token_id, admin_hash, return_to, created_at, expires_at)
    values (${row.codeHash}, ${row.tokenId}, ${row.adminHash}, ${row.returnTo}, ${row.createdAt}, ${row.expiresAt})`);
}

export async function findLink(on: Queryable, codeHash: string, now: Date): Promise<LinkRow | undefined> {
  return on.maybe(sql<LinkRow>`
    select code_hash, token_id, admin_hash, return_to, created_at, expires_at from session_links where code_hash = ${codeHash} and expires_at > ${now}`);
}

/** True for whoever takes a link first: whoever asks again, or at the same moment, takes nothing. */
export async function takeLink(tx: Tx, codeHash: string, now: Date): Promise<boolean> {
  return (await tx.run(sql`delete from session_links where code_hash = ${codeHash} and expires_at > ${now}`)) > 0;
}
