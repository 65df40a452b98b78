import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import { parseReview } from './decide.findings.ts';
import { decideRound } from './decide.rounds.ts';
import type { Review } from './model.ts';
import { insertReview, lockPull, reviewOfRun, reviewsOfPull } from './store.ts';

export interface ReviewsDeps {
  db: Db;
  ids: Ids;
  /** Takes secrets out of a text that is about to be stored or shown. */
  redact(text: string): string;
}

/** Reviews by agents as data, from the first head of a pull request to its last. */
export interface Reviews {
  /** Reads and keeps the answer of a reviewer's run; the same run again answers what was kept. */
  record(answer: { pullId: string; runId: string; headSha: string; reviewer: string; text: string }): Promise<Review>;
  /** The last review of a pull request; null: none yet. */
  last(pullId: string): Promise<Review | null>;
  /** Newest first. */
  ofPull(pullId: string, limit?: number): Promise<Review[]>;
}

export function createReviews({ db, ids, redact }: ReviewsDeps): Reviews {
  return {
    async record({ text, ...about }) {
      const { leftOut, ...answer } = parseReview(redact(text));
      const summary = leftOut === 0 ? answer.summary : `${answer.summary}\n\n_${leftOut} more could not be read or were too many._`.trim();
      return db.tx(async (tx) => {
        await lockPull(tx, about.pullId);
        const known = await reviewOfRun(tx, about.runId);
        if (known !== undefined) return known;
        const [before] = await reviewsOfPull(tx, about.pullId, 1);
        const findings = decideRound(before?.findings ?? [], answer);
        await insertReview(tx, { ...about, ...answer, id: ids.next('review'), summary, findings });
        const kept = await reviewOfRun(tx, about.runId);
        if (kept === undefined) throw new AppError('internal', 'The review was not kept.');
        return kept;
      });
    },
    last: async (pullId) => (await reviewsOfPull(db, pullId, 1))[0] ?? null,
    ofPull: (pullId, limit = 50) => reviewsOfPull(db, pullId, limit),
  };
}
