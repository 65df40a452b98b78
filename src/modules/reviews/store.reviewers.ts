import { json, sql, type Queryable } from '#platform/db/index.ts';
import { toStorableJson } from '#kernel/text.ts';
import type { ReviewerAnswer, StoredReviewers } from './model.reviewers.ts';

/** The same people for the same head were asked before: what they answered since stays their answer. */
export async function saveReviewers(
  on: Queryable,
  suggestion: { pullId: string; projectId: string; headSha: string; answer: ReviewerAnswer; at: Date },
): Promise<void> {
  const { pullId, projectId, headSha, answer, at } = suggestion;
  await on.run(sql`insert into reviewer_suggestions as s (pull_id, project_id, head_sha, handles, answer, decided_at)
    values (${pullId}, ${projectId}, ${headSha}, ${answer.suggested.map(({ handle }) => handle)}, ${json(toStorableJson(answer))}, ${at})
    on conflict (pull_id) do update set head_sha = excluded.head_sha, handles = excluded.handles, answer = excluded.answer,
      decided_at = case when (s.head_sha, s.handles) = (excluded.head_sha, excluded.handles) then s.decided_at else excluded.decided_at end`);
}

export async function reviewersOf(on: Queryable, pullId: string): Promise<StoredReviewers | null> {
  const row = await on.maybe(
    sql<StoredReviewers>`select pull_id, project_id, head_sha, answer, decided_at from reviewer_suggestions where pull_id = ${pullId}`,
  );
  return row ?? null;
}
