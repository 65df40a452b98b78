import type { BareRepository } from './git.ts';

/** What the fake remembers beside git: plain data, so that a copy of it is the past (stale reads). Instants are ISO in UTC, in whole seconds as GitHub writes them. */
export type Json = Record<string, unknown>;

export interface Account {
  id: number;
  login: string;
  type: 'User' | 'Bot' | 'Organization';
  name: string;
  email: string;
  createdAt: string;
}

export type Level = 'read' | 'write' | 'admin';
/** Name of a permission of GitHub Apps (`contents`, `issues`, `checks`, …) to what it allows. */
export type Permissions = Record<string, Level>;

export interface App {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  /** PEM, public half; requests of the App itself are signed with the other. */
  publicKey: string;
  permissions: Permissions;
  events: string[];
  owner: string;
  createdAt: string;
}

export interface Installation {
  id: number;
  appId: number;
  account: string;
  /** Full names; null: all repositories of the account. */
  repositories: string[] | null;
  createdAt: string;
}

export interface Token {
  token: string;
  login: string;
  /** Only of installations: which, and what it was limited to. */
  installation: { id: number; repositories: string[]; permissions: Permissions; expiresAt: number } | null;
}

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** Who does something: an account, and the App it acts through. */
export interface Actor {
  login: string;
  appId: number | null;
  /** Named by the App's webhooks; null for people. */
  installationId: number | null;
}

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Milestone {
  id: number;
  number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  creator: string;
  createdAt: string;
  updatedAt: string;
  dueOn: string | null;
}

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  author: string;
  appId: number | null;
  labels: string[];
  assignees: string[];
  milestone: number | null;
  locked: boolean;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  /** An issue with this part is a pull request. */
  pull: Pull | null;
}

export interface Pull {
  id: number;
  headBranch: string;
  baseBranch: string;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: string | null;
  mergeSha: string | null;
  /** Where the base was when it ended; while it is open, git says. */
  endedBaseSha: string | null;
  requestedReviewers: string[];
  /** `<head>:<base>` for which mergeability has been computed; GitHub answers null once before. */
  computedFor: string | null;
  autoMerge: boolean;
  queued: boolean;
  /** Entries of its timeline about the merge queue, oldest first; made with the first. */
  queueEvents?: Array<{ kind: 'added' | 'removed'; at: string; by: string; reason: string | null }>;
}
export type PullIssue = Issue & { pull: Pull };

export interface IssueComment {
  id: number;
  issue: number;
  author: string;
  appId: number | null;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export interface Review {
  id: number;
  pull: number;
  author: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  body: string;
  commitSha: string;
  submittedAt: string | null;
}

export interface ReviewComment {
  id: number;
  pull: number;
  review: number;
  author: string;
  body: string;
  path: string;
  line: number | null;
  startLine: number | null;
  side: 'LEFT' | 'RIGHT';
  subject: 'line' | 'file';
  commitSha: string;
  inReplyTo: number | null;
  createdAt: string;
  updatedAt: string;
  /** Only on the first comment of a thread. */
  resolvedBy: string | null;
}

export interface Status {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: string;
  createdAt: string;
}

export interface CheckSuite {
  id: number;
  appId: number;
  sha: string;
  branch: string | null;
  before: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface CheckRun {
  id: number;
  suite: number;
  name: string;
  sha: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Json[];
}

export interface WorkflowRun {
  id: number;
  suite: number;
  name: string;
  branch: string;
  sha: string;
  event: string;
  number: number;
  attempt: number;
  status: string;
  conclusion: string | null;
  actor: string;
  createdAt: string;
  updatedAt: string;
}

/** A job of a run; its id is its check run's id, as at GitHub. */
export interface Job {
  id: number;
  run: number;
  attempt: number;
  name: string;
  log: string;
}

export interface Protection {
  branch: string;
  requiredChecks: string[];
  strict: boolean;
  requiredApprovals: number | null;
  enforceAdmins: boolean;
  /** Logins and App slugs that may push; null: nobody is kept from it by name. */
  pushers: string[] | null;
}

export interface Ruleset {
  id: number;
  name: string;
  enforcement: 'active' | 'disabled' | 'evaluate';
  /** Branch names it holds for; `~DEFAULT_BRANCH` and `~ALL` as at GitHub. */
  include: string[];
  rules: Array<{ type: string; parameters?: Json }>;
  bypassActors: Json[];
  /** By login; what `current_user_can_bypass` answers, `never` where nothing is said. */
  bypass: Record<string, 'always' | 'pull_requests_only' | 'never' | 'exempt'>;
  createdAt: string;
}

export interface Release {
  id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  author: string;
  createdAt: string;
  publishedAt: string | null;
}

/** All that is remembered of one repository beside git. */
export interface Deployment {
  id: number;
  ref: string;
  sha: string;
  environment: string;
  creator: string;
  createdAt: string;
  statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  id: number;
  state: string;
  creator: string;
  createdAt: string;
}

export interface RepositoryData {
  id: number;
  owner: string;
  name: string;
  description: string | null;
  private: boolean;
  defaultBranch: string;
  createdAt: string;
  updatedAt: string;
  pushedAt: string;
  hasIssues: boolean;
  archived: boolean;
  mergeMethods: { merge: boolean; squash: boolean; rebase: boolean };
  deleteBranchOnMerge: boolean;
  collaborators: Record<string, Role>;
  /** The last number given; issues and pull requests count together. */
  lastNumber: number;
  labels: Label[];
  milestones: Milestone[];
  issues: Issue[];
  comments: IssueComment[];
  reviews: Review[];
  reviewComments: ReviewComment[];
  statuses: Status[];
  suites: CheckSuite[];
  checkRuns: CheckRun[];
  runs: WorkflowRun[];
  jobs: Job[];
  protections: Protection[];
  rulesets: Ruleset[];
  releases: Release[];
  /** Made when the first is. */
  deployments?: Deployment[];
}

export interface Repository {
  data: RepositoryData;
  git: BareRepository;
  /** `owner/name`. */
  fullName: string;
}
