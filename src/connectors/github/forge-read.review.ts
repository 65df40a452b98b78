import type { PullReview } from '#ports/forge-read.ts';
import type { On } from './client.repository.ts';
import { Review } from './schema.rest.ts';

const VERDICTS: Readonly<Record<string, PullReview['verdict']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

/** Oldest first; one that its author has not handed in yet is nobody's word. */
export async function reviewsOf(on: On, number: number): Promise<PullReview[]> {
  const all = await handedIn(on, number);
  return all.flatMap((review) => {
    const verdict = VERDICTS[review.state.toUpperCase()];
    if (verdict === undefined) return [];
    const { id, user: author, body, commit_id: headSha, submitted_at: at } = review;
    return [{ id: String(id), author, verdict, body, headSha: headSha ?? null, submittedAt: new Date(at ?? 0) }];
  });
}

export async function handedIn({ client, name }: On, number: number): Promise<Review[]> {
  const all = await client.list('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...name, pull_number: number }, Review);
  return all.filter(({ state }) => state.toUpperCase() !== 'PENDING');
}
