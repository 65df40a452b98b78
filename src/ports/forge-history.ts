import type { ForgeEvent } from './forge-event.ts';
import type { RepoRef } from './forge-read.ts';

/** What a repository's past is made of, in the order in which it is read. Persisted: never rename one. */
export const HISTORY_PARTS = [
  'issues',
  'issue_comments',
  'pulls',
  'reviews',
  'review_comments',
  'check_runs',
  'workflow_runs',
  'releases',
  'deployments',
] as const;
export type HistoryPart = (typeof HISTORY_PARTS)[number];

export interface HistoryItem {
  /** Lasting and the same each time the same thing in the same state is read: by it nothing is kept twice. */
  key: string;
  event: ForgeEvent;
}

export interface HistoryPage {
  /** Oldest first where the forge can list so. One thing of the forge may be several facts (opened, closed). */
  items: HistoryItem[];
  /** How many things of the forge the page showed. */
  seen: number;
  /** Where the part goes on; null: it is over. */
  next: string | null;
}

/** The past of a repository, page by page. Reads alone. */
export interface ForgeHistory {
  /**
   * `since`: what was last changed before may be left out. Asking the same page again is harmless. AppError forbidden and not_found where this
   * part may not be read or is not there (code `repository_gone`: nor is the repository), rate_limited (with `detail.until`), unavailable; invalid `bad_cursor`.
   */
  page(repo: RepoRef, part: HistoryPart, at: { since: Date | null; cursor: string | null }): Promise<HistoryPage>;
}
