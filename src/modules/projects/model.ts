import { z } from 'zod';
import type { Actor } from '#kernel/actor.ts';
import type { ProjectId, RepositoryId } from '#kernel/ids.ts';

/** A relative path that does not climb out, in its only spelling. */
const isPathBelow = (path: string): boolean =>
  !path.includes('\0') && !path.includes('\\') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

export const CheckSpec = z.strictObject({
  name: z.string().min(1).max(60),
  command: z.string().min(1).max(2000),
  timeout_s: z.number().int().min(1).max(7200).default(600),
  /** Coverage report that the command writes (LCOV, Cobertura or JaCoCo), below the repository's root: `coverage/lcov.info`. */
  coverage: z.string().min(1).max(300).refine(isPathBelow, 'a path below the root of the repository').optional(),
});
export type CheckSpec = z.infer<typeof CheckSpec>;

export const RepositoryTier = z.enum(['core', 'standard', 'sandbox']);
export type RepositoryTier = z.infer<typeof RepositoryTier>;

export const ForgeName = z.enum(['local', 'path', 'github']);
export type ForgeName = z.infer<typeof ForgeName>;

/** How the merge queue lands a project's change requests. Without defaults, so that a change names only what it changes. */
export const QueueSettings = z.strictObject({
  /** Whether a conflict may be answered by a merge of the file's structure (JSON keys, imports, list items), which must then pass the checks. */
  structured_merge: z.enum(['on', 'off']),
  /** Independent groups of changes verified side by side. */
  lanes: z.number().int().min(1).max(20),
  /** Most changes verified together. */
  most_batch: z.number().int().min(1).max(50),
  /** Commits that may have landed since a change's base before it is put first. */
  freshness_budget: z.number().int().min(0).max(1000),
  /** Lanes that passed alone are joined and verified `before` they land, or land at once and are verified right `after`. */
  combined: z.enum(['before', 'after']),
});
export type QueueSettings = z.infer<typeof QueueSettings>;
const QUEUE_DEFAULTS: QueueSettings = { structured_merge: 'on', lanes: 2, most_batch: 8, freshness_budget: 5, combined: 'before' };

/** What is done about reviews and tests. Without defaults, so that a change names only what it changes. */
export const ReviewSettings = z.strictObject({
  /** Help on pull requests that people open: none, in every repository of the project, or in those named. */
  people_pulls: z.union([z.enum(['off', 'on']), z.array(z.string().min(1).max(200)).max(100)]),
  /** A person's pull request is looked at when nothing was added to it for this long. */
  quiet_s: z.number().int().min(0).max(86_400),
  /** Whether the people suggested as reviewers are asked on the forge; they are named in the pull request either way. */
  ask_reviewers: z.enum(['off', 'on']),
  /** What a tester does about changed lines that a coverage report shows without tests: nothing, say which tests, or write them. */
  tests: z.enum(['off', 'suggest', 'write']),
});
export type ReviewSettings = z.infer<typeof ReviewSettings>;
const REVIEW_DEFAULTS: ReviewSettings = { people_pulls: 'off', quiet_s: 120, ask_reviewers: 'off', tests: 'suggest' };

/** How Reeve works on a project: the `projects:` entry of reeve.yaml, or the API. */
export const ProjectSettings = z.strictObject({
  /** Commands that prepare a worktree; cached per lockfile hash. */
  setup: z.array(z.string().min(1)).default([]),
  checks: z.array(CheckSpec).default([]),
  /** Path -> command for files the queue owns. */
  regenerate: z.record(z.string(), z.string()).default({}),
  network: z.enum(['none', 'registry']).default('none'),
  sandbox: z.enum(['bwrap', 'container', 'none']).default('bwrap'),
  selfApproval: z.enum(['never', 'local']).default('never'),
  /** Role -> agent name; falls back to the installation's `roles:`. */
  roles: z.partialRecord(z.enum(['coder', 'reviewer', 'tester', 'planner']), z.string()).default({}),
  /** Who gets planned tasks: `agents` (people are accountable for them), or `anyone`, whoever fits best. */
  assign: z.enum(['agents', 'anyone']).default('agents'),
  /** Label that hands an issue to agents. */
  readyLabel: z.string().default('AI-Ready'),
  /** Checks that the forge runs on a pull request: waited for where there are any (`auto`), always (`required`), or not to be expected (`none`). */
  ci: z.enum(['auto', 'required', 'none']).default('auto'),
  queue: QueueSettings.partial()
    .default({})
    .transform((given): QueueSettings => ({ ...QUEUE_DEFAULTS, ...given })),
  reviews: ReviewSettings.partial()
    .default({})
    .transform((given): ReviewSettings => ({ ...REVIEW_DEFAULTS, ...given })),
});
export type ProjectSettings = z.infer<typeof ProjectSettings>;

/** Lower case, because it is part of addresses and of `reeve.yaml`. */
export const ProjectKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,38}$/, 'lower-case letters, digits and dashes; 39 at most');
export const ProjectName = z.string().min(1).max(120);

export interface Project {
  id: ProjectId;
  key: string;
  name: string;
  settings: ProjectSettings;
  optedOut: boolean;
  /** Grows by one with each change; give it back to change only what you saw. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

export type AllowlistedBy = 'operator' | 'person';

export interface Repository {
  id: RepositoryId;
  projectId: ProjectId;
  /** `local` (a forge on a bare repository and our database), `path` (a person's repository), `github`. */
  forge: ForgeName;
  /** `owner/name`, or the absolute path. Unique per forge; on `github` in any case of its letters, spelled as it was first given. */
  name: string;
  defaultBranch: string;
  tier: RepositoryTier;
  allowlisted: boolean;
  /** Whose word that is: the operator's configuration, or an admin's own. Null: it is not allowlisted. */
  allowlistedBy: AllowlistedBy | null;
  /** An admin's word that the branch's protection holds for Reeve's account, where it cannot be read. */
  protectionAttested: boolean;
  /** As of a project. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface ProjectInput {
  key: string;
  name: string;
  /** What is left out takes its default. Checked against `ProjectSettings`. */
  settings?: Record<string, unknown>;
  optedOut?: boolean;
}

export interface ProjectChange {
  name?: string;
  /** Replaces the named settings, leaves the others. */
  settings?: Record<string, unknown>;
  optedOut?: boolean;
}

export interface RepositoryInput {
  projectId: string;
  forge: ForgeName;
  name: string;
  defaultBranch: string;
  tier?: RepositoryTier;
  allowlisted?: boolean;
}

export type RepositoryChange = Partial<Pick<Repository, 'defaultBranch' | 'tier' | 'allowlisted' | 'protectionAttested'>>;

/** Rows of one page in order of making, and where the next page starts. */
export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PageOf {
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/**
 * Projects and their repositories: what Reeve may touch, and how it works there. Every write is one ledger entry and one
 * event, in one transaction. Writes throw AppError not_found, conflict (`taken`, `referenced`), invalid (the sentence names
 * the field) and forbidden `needs_admin`; with `ifRevision`, conflict `revision_moved` when somebody was faster. Reads answer null for what is not
 * there.
 */
export interface Projects {
  create(input: ProjectInput, by: Actor): Promise<Project>;
  /** A change that changes nothing writes nothing. */
  update(id: string, change: ProjectChange, by: Actor, ifRevision?: number): Promise<Project>;
  remove(id: string, by: Actor): Promise<void>;
  /** Create or update by key, for `reeve.yaml` at start; two servers starting together make one project. */
  ensure(input: ProjectInput, by: Actor): Promise<Project>;
  get(id: string): Promise<Project | null>;
  byKey(key: string): Promise<Project | null>;
  list(page: PageOf): Promise<Listed<Project>>;
  addRepository(input: RepositoryInput, by: Actor): Promise<Repository>;
  updateRepository(id: string, change: RepositoryChange, by: Actor, ifRevision?: number): Promise<Repository>;
  setAllowlisted(id: string, value: boolean, by: Actor): Promise<Repository>;
  removeRepository(id: string, by: Actor): Promise<void>;
  repository(id: string): Promise<Repository | null>;
  /** A name on `github` in any case of its letters. */
  repositoryByName(forge: ForgeName, name: string): Promise<Repository | null>;
  /** All, or those of one project. */
  repositories(projectId?: string): Promise<Repository[]>;
  listRepositories(page: PageOf & { projectId?: string | undefined }): Promise<Listed<Repository>>;
}

/**
 * The one form of a repository's name, or null when it is not a name of that forge: `owner/name`, or for `path` an absolute
 * path without `.` and `..` parts (two spellings of one folder would be two repositories).
 */
export function toRepositoryName(forge: ForgeName, name: string): string | null {
  if (forge !== 'path') return /^[A-Za-z0-9][A-Za-z0-9._-]*\/[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? name : null;
  if (!name.startsWith('/') || name.includes('\0')) return null;
  const parts = name.split('/').filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..')) return null;
  return `/${parts.join('/')}`;
}

/**
 * Names of the settings by which `after` trusts more than `before`: running unsealed on this machine, or a person deciding
 * their own requests. They need the role admin.
 */
export function loosenedSettings(before: ProjectSettings, after: ProjectSettings): string[] {
  const loosened: string[] = [];
  if (after.sandbox === 'none' && before.sandbox !== 'none') loosened.push('sandbox');
  if (after.selfApproval === 'local' && before.selfApproval !== 'local') loosened.push('self_approval');
  return loosened;
}
