import type { AgentRun } from '#modules/agents/index.ts';
import type { WorkState } from '#modules/work/index.ts';

/** A number with the first few things behind it, and where all of them are. */
export interface Group<T> {
  count: number;
  /** There are at least so many: nobody counted further. */
  more: boolean;
  /** Path and query of the API that list what was counted. */
  evidence: string;
  items: T[];
}

export interface WaitingApproval {
  id: string;
  kind: string;
  risk: string;
  /** What will happen, in one sentence; names in it are untrusted. */
  headline: string;
  repository: string;
  requester: string | null;
  projectId: string | null;
  workItemId: string | null;
  issueTitle: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export interface WaitingQuestion {
  id: string;
  runId: string;
  workItemId: string | null;
  projectId: string;
  agent: string;
  /** Untrusted. */
  question: string;
  askedAt: Date;
  expiresAt: Date;
}

/** An issue as a row names it. */
export interface NamedIssue {
  id: string;
  projectId: string;
  number: number | null;
  title: string;
  state: WorkState;
  reason: string | null;
  assignee: string | null;
  changedAt: Date;
}

export interface AskedReviewItem {
  pullId: string;
  projectId: string;
  repository: string;
  number: number;
  title: string;
  url: string;
  askedAt: Date;
}

export interface RunningAgent {
  id: string;
  projectId: string;
  agent: string;
  role: string;
  state: AgentRun['state'];
  attempt: number;
  workItemId: string | null;
  issueNumber: number | null;
  /** Of the issue, the task or the pull request. */
  title: string | null;
  /** What the agent said last of itself; untrusted. */
  progress: string | null;
  /** 0 to 1. */
  fraction: number | null;
  /** A question of it waits for a person. */
  questionId: string | null;
  startedAt: Date | null;
  createdAt: Date;
  costMicros: number;
}

export interface LandedChange {
  id: string;
  projectId: string;
  repository: string | null;
  target: string;
  /** The target is the repository's default branch, not one that an issue is worked on. */
  onMain: boolean;
  summary: string;
  commit: string;
  rung: string | null;
  workItemId: string | null;
  issueNumber: number | null;
  agent: string | null;
  at: Date;
}

/** What does not move by itself any more, or has not for too long. */
export interface StuckItem {
  kind: 'dispatch_stopped' | 'branch_rewritten' | 'target_held' | 'quarantined' | 'idle';
  /** What is stuck. */
  title: string;
  /** Why, in one sentence. */
  why: string;
  /** Since when; null: it is not known. */
  since: Date | null;
  projectId: string | null;
  /** What it is about: the id of a change request or an issue, a target as `repository branch`, the number of an alarm; null: all of it. */
  subjectId: string | null;
  number: number | null;
}

export interface BudgetLine {
  scope: 'installation' | 'project';
  projectId: string | null;
  period: 'day' | 'month';
  capMicros: number;
  spentMicros: number;
  reservedMicros: number;
  leftMicros: number;
  resetsAt: Date;
}

/** Everything a person opens their day with. */
export interface Home {
  at: Date;
  /** Beginning of today (UTC). */
  today: Date;
  /** Null: the caller is no person, and decides and reviews nothing. */
  handle: string | null;
  approvals: Group<WaitingApproval> & { all: number; soon: number };
  questions: Group<WaitingQuestion>;
  escalations: Group<NamedIssue>;
  reviews: Group<AskedReviewItem>;
  running: Group<RunningAgent>;
  merged: Group<NamedIssue>;
  landed: Group<LandedChange>;
  stuck: Group<StuckItem>;
  budget: { stopped: boolean; evidence: string; lines: BudgetLine[] };
}
