import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { toStorableText } from '#kernel/text.ts';
import type { CheckResult } from '#ports/forge-read.ts';
import type { Comment } from './schema.ts';

/** Made when new; answers the stored comment either way. The caller holds the item's row, so a marker cannot be made twice. */
export function insertComment(
  tx: Tx,
  comment: { id: string; repository: string; number: number; author: string; body: string; marker: string | null; at: Date },
): Promise<Comment> {
  return tx.one(sql<Comment>`insert into local_comments (id, repository, number, author, body, marker, created_at, updated_at)
    values (${comment.id}, ${comment.repository}, ${comment.number}, ${comment.author}, ${toStorableText(comment.body)}, ${comment.marker}, ${comment.at}, ${comment.at}) returning *`);
}

export async function saveComment(tx: Tx, id: string, body: string, at: Date): Promise<void> {
  await tx.run(sql`update local_comments set body = ${toStorableText(body)}, updated_at = ${at} where id = ${id}`);
}

export function commentByMarker(on: Queryable, repository: string, number: number, marker: string): Promise<Comment | undefined> {
  return on.maybe(sql<Comment>`select * from local_comments where repository = ${repository} and number = ${number} and marker = ${marker}`);
}

/** Oldest first. */
export function commentsOf(on: Queryable, repository: string, number: number, marker: string | null): Promise<Comment[]> {
  return on.all(sql<Comment>`select * from local_comments where repository = ${repository} and number = ${number}
    and (${marker}::text is null or marker = ${marker}) order by created_at, id`);
}

/** Sets a check; false when it was just so before. */
export async function upsertCheck(tx: Tx, repository: string, check: CheckResult, at: Date): Promise<boolean> {
  const changed = await tx.run(sql`insert into local_checks as known (repository, head_sha, name, conclusion, url, summary, updated_at)
    values (${repository}, ${check.headSha}, ${check.name}, ${check.conclusion}, ${check.url}, ${toStorableText(check.summary)}, ${at})
    on conflict (repository, head_sha, name) do update
      set conclusion = excluded.conclusion, url = excluded.url, summary = excluded.summary, updated_at = excluded.updated_at
      where (known.conclusion, known.url, known.summary) is distinct from (excluded.conclusion, excluded.url, excluded.summary)`);
  return changed > 0;
}

export function checksOf(on: Queryable, repository: string, sha: string): Promise<CheckResult[]> {
  return on.all(
    sql<CheckResult>`select name, head_sha, conclusion, url, summary from local_checks where repository = ${repository} and head_sha = ${sha} order by name`,
  );
}
