import type { CommitId } from './git.ts';

/** Where a repository lives on its forge: `owner/name`, or the path of a local one. */
export interface RepoRef {
  /** `local` or `github` or `path`. */
  forge: string;
  /** `owner/name`, or an absolute path for `path`. */
  name: string;
}

export interface PullRequest {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'merged' | 'closed';
  draft: boolean;
  headBranch: string;
  baseBranch: string;
  headSha: CommitId;
  mergeSha: CommitId | null;
  /** Login of who opened it; absent: the forge does not say. */
  author?: string;
  /** Whether its head is in another repository, whose content nobody here vouches for. Absent: it is not. */
  fromFork?: boolean;
  /** Login of who merged or closed it; null or absent: open, or the forge does not say. */
  endedBy?: string | null;
  labels: string[];
  url: string;
}

export interface CheckResult {
  name: string;
  headSha: CommitId;
  conclusion: 'success' | 'failure' | 'cancelled' | 'neutral' | 'pending';
  url: string | null;
  summary: string;
  /** The forge's own id of this run of the check; a re-run has another one. Left out or null: it has none. */
  id?: string | null;
  /** Whether Reeve's own account wrote it; left out: the forge does not tell, and only the name can. */
  own?: boolean;
}

/** A review of a pull request, as it stands now. Its text is untrusted. */
export interface PullReview {
  id: string;
  author: string;
  /** `dismissed`: a verdict that somebody took back. */
  verdict: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  body: string;
  /** The head that was looked at; null: the forge does not say. */
  headSha: CommitId | null;
  submittedAt: Date;
}

/** A conversation beside a line of the diff, with its first comment and the answers. Its texts are untrusted. */
export interface ReviewThread {
  id: string;
  path: string;
  /** In the file as the pull request has it; null: the line is in the diff no more, or the whole file is meant. */
  line: number | null;
  resolved: boolean;
  /** Written for an older head. */
  outdated: boolean;
  /** Oldest first. */
  comments: Array<{ id: string; author: string; body: string; createdAt: Date }>;
}

/**
 * Login under which Reeve writes on a forge. `exclusive`: nobody but Reeve uses it (an app, the embedded forge); a token's account may be
 * a person's as well, and only the hidden markers tell which comments are Reeve's.
 */
export interface OwnLogin {
  login: string;
  exclusive: boolean;
}

/** What keeps Reeve's own credential from going around people on a branch, as far as the forge tells. */
export interface BranchGuard {
  isProtected: boolean;
  /** Some protection demands a pull request, of this credential as well. */
  demandsPull: boolean;
  /** Names of protections that this credential may go around. */
  bypasses: string[];
  /** Names of protections of which the forge does not tell whether it may. */
  unknown: string[];
}

/** Why a pull request left the forge's own merge queue without being merged. `because` is the forge's own word, untrusted. */
export interface QueueDeparture {
  cause: 'conflict' | 'checks' | 'person' | 'other';
  because: string;
}

/** How a pull request stands with the forge's own merge queue. `out`: is open, and was never in it; `ended`: is merged or closed. */
export type QueueState = { state: 'out' } | { state: 'ended' } | { state: 'waiting' } | ({ state: 'left'; at: Date } & QueueDeparture);

/** A release as the forge shows it; a draft has no instant yet. Its text is untrusted. */
export interface Release {
  id: string;
  tag: string;
  body: string;
  publishedAt: Date | null;
  url: string;
}

/** A pull request that was merged, by whomever. Its texts are untrusted. */
export interface MergedPull {
  number: number;
  title: string;
  body: string;
  labels: string[];
  author: string;
  baseBranch: string;
  mergeSha: CommitId | null;
  mergedAt: Date;
  url: string;
}

/** Reading a forge. Every call may throw AppError not_found, unavailable (retry later) or rate_limited. */
export interface ForgeRead {
  /** What git fetches from (path or URL). */
  cloneUrl(repo: RepoRef): Promise<string>;
  defaultBranch(repo: RepoRef): Promise<string>;
  /** Head of a branch, or null. */
  branchHead(repo: RepoRef, branch: string): Promise<CommitId | null>;
  /** First-parent commits of a branch, newest first, as the forge has them now; absent where a forge cannot tell. */
  firstParents?(repo: RepoRef, branch: string, limit: number): Promise<Array<{ commit: CommitId; subject: string; atUnixS: number }>>;
  /** Branch that a person has checked out there (path repositories), or null. */
  checkedOutBranch(repo: RepoRef): Promise<string | null>;
  pullByNumber(repo: RepoRef, number: number): Promise<PullRequest | null>;
  /** The open (or merged) pull request of a head branch; how a retry finds what it already made. */
  pullByHead(repo: RepoRef, headBranch: string): Promise<PullRequest | null>;
  /** One result for each name, and `pending` ones for work that has begun and shows no check of its own yet, as far as the forge tells. */
  checks(repo: RepoRef, sha: CommitId): Promise<CheckResult[]>;
  /**
   * The log of a failed check as the forge keeps it, its end when it is long (at most 1 MB); untrusted text that may hold secrets. Null: it
   * keeps none, or may not show it. Absent where a forge keeps no logs. Throws only unavailable and rate_limited.
   */
  checkLog?(repo: RepoRef, check: CheckResult): Promise<string | null>;
  /** How a branch is guarded against Reeve itself. Absent where a forge protects no branches. */
  branchGuard?(repo: RepoRef, branch: string): Promise<BranchGuard>;
  /** Whether pull requests into a branch are merged by the forge's own queue. Absent where a forge has none. */
  demandsQueue?(repo: RepoRef, branch: string): Promise<boolean>;
  /** Absent like `demandsQueue`. */
  queueState?(repo: RepoRef, number: number): Promise<QueueState>;
  /** Whether a check that Reeve writes keeps all its text; left out: it does. */
  keepsCheckText?(): boolean;
  /** Releases, drafts included as far as they are shown, newest first, at most 100. Absent where a forge has none. */
  releases?(repo: RepoRef): Promise<Release[]>;
  /** What was merged from an instant on (null: ever), the newest thousand. Absent like `releases`. */
  mergedPulls?(repo: RepoRef, since: Date | null): Promise<MergedPull[]>;
  /** Comments on a pull request or issue, oldest first. `marker` filters by hidden marker. */
  comments(repo: RepoRef, number: number, marker?: string): Promise<Array<{ id: string; author: string; body: string; createdAt: Date }>>;
  /** Reviews of a pull request that were handed in, oldest first; those of a single remark beside a line included, without a body. `marker`: as for `comments`. */
  reviews(repo: RepoRef, number: number, marker?: string): Promise<PullReview[]>;
  /** Logins of people who were asked to review a pull request and have not answered. */
  requestedReviewers(repo: RepoRef, number: number): Promise<string[]>;
  /** Conversations beside lines of a pull request's diff, oldest first. */
  reviewThreads(repo: RepoRef, number: number): Promise<ReviewThread[]>;
}
