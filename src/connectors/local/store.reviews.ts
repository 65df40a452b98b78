import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { toStorableText } from '#kernel/text.ts';
import type { Remark, Review } from './schema.ts';

/** Oldest first. */
export function reviewsOf(on: Queryable, repository: string, number: number, marker: string | null): Promise<Review[]> {
  return on.all(sql<Review>`select * from local_reviews where repository = ${repository} and number = ${number}
    and (${marker}::text is null or marker = ${marker}) order by created_at, id`);
}

/** The caller holds the item's row, so a marker cannot be made twice. */
export async function insertReview(tx: Tx, review: Omit<Review, 'createdAt' | 'updatedAt'>, at: Date): Promise<void> {
  await tx.run(sql`insert into local_reviews (id, repository, number, author, verdict, body, head_sha, marker, created_at, updated_at)
    values (${review.id}, ${review.repository}, ${review.number}, ${review.author}, ${review.verdict}, ${toStorableText(review.body)}, ${review.headSha},
      ${review.marker}, ${at}, ${at})`);
}

export async function saveReview(tx: Tx, id: string, body: string, at: Date): Promise<void> {
  await tx.run(sql`update local_reviews set body = ${toStorableText(body)}, updated_at = ${at} where id = ${id}`);
}

/** Oldest first, answers among them. */
export function remarksOf(on: Queryable, repository: string, number: number): Promise<Remark[]> {
  return on.all(sql<Remark>`select * from local_review_comments where repository = ${repository} and number = ${number} order by created_at, id`);
}

export async function insertRemark(tx: Tx, remark: Omit<Remark, 'createdAt' | 'resolvedBy'>, at: Date): Promise<void> {
  await tx.run(sql`insert into local_review_comments (id, repository, number, reply_to, author, path, line, body, head_sha, marker, created_at)
    values (${remark.id}, ${remark.repository}, ${remark.number}, ${remark.replyTo}, ${remark.author}, ${toStorableText(remark.path)}, ${remark.line},
      ${toStorableText(remark.body)}, ${remark.headSha}, ${remark.marker}, ${at})`);
}

/** False: it was ended already. */
export async function endThread(tx: Tx, id: string, by: string): Promise<boolean> {
  return (await tx.run(sql`update local_review_comments set resolved_by = ${by} where id = ${id} and resolved_by is null`)) > 0;
}
