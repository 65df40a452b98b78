import type { AskedReview } from './model.asked.ts';

/** Somebody who reviews, with what waits for them beside reviews. */
export interface ReviewPerson {
  handle: string;
  name: string;
  active: boolean;
  timezone: string;
  /** Most things at once, as the directory of people says. */
  wipLimit: number;
  capacityHoursPerWeek: number;
  /** Decisions that wait for them by name. */
  approvals: number;
  /** Reviews that they handed in within the last seven days. */
  recentReviews: number;
}

/**
 * What waits for one reviewer (`reviewer_load` and `review_latency` of the definitions). For the team and for them: in the order of the alphabet,
 * never a ranking.
 */
export interface ReviewerLoad extends ReviewPerson {
  /** Requests in the window. */
  asked: number;
  answered: number;
  /** Requests that wait now, however old, the longest first. */
  open: AskedReview[];
  /** Minutes from the request to their first review, over requests of the window that were answered; null: none was. */
  medianMinutes: number | null;
  /** Why there is no median; null: there is one. */
  reason: string | null;
  /** Waits, and what is decided by name. */
  load: number;
}
