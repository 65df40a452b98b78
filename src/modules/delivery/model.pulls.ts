import type { Pull } from './model.ts';

/** Who a pull request came from. `bot`: neither Reeve nor a person. */
export type AuthorKind = 'agent' | 'person' | 'bot';

/** For whom or what an open pull request waits. Shown in addresses: never renamed. */
export const WAITS_FOR = ['nobody', 'agent', 'ci', 'reviewers', 'approvers', 'author', 'queue', 'people'] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

export interface Waiting {
  for: WaitsFor;
  /** Handles, logins, `role:<role>` or names of agents; empty: nobody in particular. */
  names: string[];
  /** A sentence without its full stop. */
  why: string;
  /** Null: since ever, or nothing is waited for. */
  since: Date | null;
}

/** Newest result of each check on the head. */
export interface ChecksSummary {
  passed: number;
  failed: number;
  pending: number;
  /** Cancelled or neutral. */
  other: number;
  /** The forge's first verdict on this head, as the story acted on it; null: none yet. */
  verdict: 'green' | 'red' | null;
  at: Date | null;
}

/** What a person said last about it in a review. */
export interface PersonVerdict {
  author: string;
  verdict: 'approved' | 'changes_requested' | 'dismissed';
  at: Date;
}

/** What is known of a pull request, read for many at once. */
export interface PullFacts {
  pull: Omit<Pull, 'review'>;
  project: string;
  repository: string;
  issueNumber: number | null;
  issueTitle: string | null;
  /** Login on the forge; null: no event told. */
  author: string | null;
  openedAt: Date;
  checks: ChecksSummary;
  /** The last review by an agent; null: none. */
  review: {
    id: string;
    reviewer: string;
    headSha: string;
    at: Date;
    rounds: number;
    open: Record<'blocker' | 'major' | 'minor' | 'note', number>;
  } | null;
  verdicts: PersonVerdict[];
  /** Logins of those who may decide and asked for changes, as long as nobody answered them. */
  objectors: string[];
  fix: { what: 'reviews' | 'conflict'; by: string; at: Date } | null;
  story: { endedAs: string | null; detail: string | null; startedAt: Date; endedAt: Date | null } | null;
  /** The merge, or another try at red checks, as far as people are asked for it or it is under way. */
  action: {
    id: string;
    kind: 'pr.merge' | 'ci.retry';
    status: 'pending' | 'approved' | 'executing';
    at: Date;
    needed: number;
    yes: number;
    asked: string | null;
    approvers: string[];
    expiresAt: Date | null;
  } | null;
  /** As the merge queue has it. */
  entry: { id: string; state: string; at: Date } | null;
  /** Handles of those who should review it, as it was suggested last. */
  suggested: string[];
  run: { id: string; agent: string; role: string; at: Date } | null;
}

export interface PullOverview extends PullFacts {
  authorKind: AuthorKind;
  waiting: Waiting;
}

/** One thing that happened to a pull request. */
export const TIMELINE_KINDS = [
  'opened',
  'pushed',
  'reviewed',
  'commented',
  'thread_resolved',
  'closed',
  'reopened',
  'merged',
  'agent_review',
  'checks',
  'retry',
  'fix',
  'run',
  'merge_asked',
  'voted',
] as const;

export interface TimelineEntry {
  id: string;
  kind: (typeof TIMELINE_KINDS)[number];
  at: Date;
  /** Login, handle or name of an agent; null: nobody is known. */
  by: string | null;
  /** What was said or happened; untrusted where somebody outside wrote it. */
  text: string | null;
  /** A verdict or state in a word: `approved`, `red`, `done`. */
  state: string | null;
  sha: string | null;
  runId: string | null;
  actionId: string | null;
}

/** What is changed, against the point where its branch left the base. */
export interface PullChanges {
  base: string;
  head: string;
  files: Array<{ path: string; from: string | null; added: number | null; deleted: number | null }>;
  patch: string;
  truncated: boolean;
  /** Commit of the base branch that merging was tried with; null: it was not tried (it is not open). */
  onto: string | null;
  /** Against `onto`; null: it was not tried. */
  merge: { state: 'clean' } | { state: 'conflict'; files: string[] } | null;
}
