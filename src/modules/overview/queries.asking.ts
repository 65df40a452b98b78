import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Actions } from '#modules/actions/index.ts';
import type { Agents } from '#modules/agents/index.ts';
import type { Approvals } from '#modules/approvals/index.ts';
import type { Budget } from '#modules/budget/index.ts';
import type { MergeQueue } from '#modules/merge-queue/index.ts';
import type { AskedReview } from '#modules/reviews/index.ts';
import type { StandingQueries } from '#modules/work/index.ts';

export interface OverviewDeps {
  clock: Clock;
  actions: Pick<Actions, 'headline'>;
  agents: Pick<Agents, 'about' | 'list' | 'questions'>;
  approvals: Pick<Approvals, 'counts' | 'list'>;
  budget: Pick<Budget, 'view'>;
  queue: Pick<MergeQueue, 'landedSince' | 'setAside' | 'status' | 'targetList'>;
  standing: StandingQueries;
  /** Open pull requests that wait for a person's review. */
  reviewsAskedOf(of: { handle: string; projectIds: readonly string[] | null; limit: number }): Promise<{ count: number; items: AskedReview[] }>;
}

/** How many things of a kind are counted before a number says "at least". */
export const MOST = 200;

/** Whose home it is, and of which projects. */
export interface Asking {
  by: Actor;
  handle: string | null;
  /** Null: all. */
  projectIds: readonly string[] | null;
  /** Rows of each group. */
  shown: number;
}

/** Members of a filter for callers limited to projects. */
export const within = ({ projectIds }: Asking): { projectIds?: readonly string[] } => (projectIds === null ? {} : { projectIds });
