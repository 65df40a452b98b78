import type { RepoRef } from './forge-read.ts';

export interface TrackerIssue {
  number: number;
  externalId: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  closeReason: 'completed' | 'not_planned' | 'duplicate' | null;
  /** Login of who closed it; null or absent: open, or the tracker does not say. */
  closedBy?: string | null;
  labels: string[];
  assignees: string[];
  author: string;
  url: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Who put a label on an issue last, and when. */
export interface LabelSetter {
  login: string;
  /** Lasting id of their account; null: the tracker tells none. */
  accountId: string | null;
  at: Date;
}

export interface TrackerRead {
  issue(repo: RepoRef, number: number): Promise<TrackerIssue | null>;
  issues(
    repo: RepoRef,
    page: {
      state?: 'open' | 'closed';
      /** What was changed before may be left out. */
      updatedSince?: Date;
      cursor?: string;
      limit: number;
    },
  ): Promise<{ items: TrackerIssue[]; nextCursor: string | null }>;
  /** Null: the tracker does not (or no longer) know, or nobody did. The label in any case of its letters. */
  labeledBy(repo: RepoRef, number: number, label: string): Promise<LabelSetter | null>;
}
