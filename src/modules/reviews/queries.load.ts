import type { Clock } from '#kernel/clock.ts';
import type { Db } from '#platform/db/index.ts';
import { decideLoads } from './decide.load.ts';
import type { ReviewerLoad } from './model.load.ts';
import { asksSince, reviewPeople, type LoadPlace } from './store.load.ts';

const DAY_MS = 86_400_000;
const RECENT_DAYS = 7;

export interface LoadQuery extends LoadPlace {
  days: number;
}

/** What waits for whom to be reviewed. */
export interface ReviewerLoads {
  of(query: LoadQuery): Promise<{ from: Date; asOf: Date; reviewers: ReviewerLoad[] }>;
}

export function createReviewerLoads({ db, clock }: { db: Db; clock: Clock }): ReviewerLoads {
  return {
    async of({ projectId, projectIds, days }) {
      const asOf = clock.now();
      const from = new Date(asOf.getTime() - days * DAY_MS);
      const asks = await asksSince(db, { projectId, projectIds, from });
      const since = new Date(asOf.getTime() - RECENT_DAYS * DAY_MS);
      const people = await reviewPeople(db, { projectId, projectIds, since, handles: [...new Set(asks.map(({ handle }) => handle))] });
      return { from, asOf, reviewers: decideLoads(people, asks, from) };
    },
  };
}
