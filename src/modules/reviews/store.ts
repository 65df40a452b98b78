import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { toStorableJson, toStorableText } from '#kernel/text.ts';
import type { Review } from './model.ts';

export function reviewOfRun(on: Queryable, runId: string): Promise<Review | undefined> {
  return on.maybe(sql<Review>`select * from reviews where run_id = ${runId}`);
}

/** Newest first. */
export function reviewsOfPull(on: Queryable, pullId: string, limit: number): Promise<Review[]> {
  return on.all(sql<Review>`select * from reviews where pull_id = ${pullId} order by created_at desc, id desc limit ${limit}`);
}

/** False: this run's review is there already. */
export async function insertReview(tx: Tx, review: Omit<Review, 'createdAt'>): Promise<boolean> {
  const { findings, checklist, focus } = toStorableJson({ findings: review.findings, checklist: review.checklist, focus: review.focus });
  return (
    (await tx.run(sql`insert into reviews (id, pull_id, run_id, head_sha, reviewer, parsed, summary, findings, checklist, focus, created_at)
      values (${review.id}, ${review.pullId}, ${review.runId}, ${review.headSha}, ${toStorableText(review.reviewer)}, ${review.parsed},
        ${toStorableText(review.summary)}, ${json(findings)}, ${json(checklist)}, ${json(focus)}, clock_timestamp())
      on conflict (run_id) do nothing`)) > 0
  );
}

/** Reviewers of one pull request write one after the other, so that two findings never get one name. */
export async function lockPull(tx: Tx, pullId: string): Promise<void> {
  await tx.maybe(sql`select id from pulls where id = ${pullId} for update`);
}
