import { z } from 'zod';

/**
 * Only what is read of the answers of GitHub's REST and GraphQL API (version 2022-11-28, and Enterprise Server 3.9 and newer).
 * Everything else may come, go and change its shape.
 */

/** A deleted account is null; GitHub itself shows it as `ghost`. */
const Login = z
  .object({ login: z.string() })
  .nullish()
  .transform((user) => user?.login ?? 'ghost');

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** An issue's labels are objects, and in old answers plain names. */
export const Labels = z
  .array(z.union([z.string(), z.object({ name: Text })]))
  .nullish()
  .transform((labels) => (labels ?? []).map((label) => (typeof label === 'string' ? label : label.name)).filter((name) => name !== ''));

export const Repository = z.object({
  full_name: z.string(),
  default_branch: z.string(),
  /** Shown only to who may push: absent means allowed as far as we know. */
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  archived: z.boolean().optional(),
});
export type Repository = z.infer<typeof Repository>;

export const GitRef = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) });

export const Commit = z.object({
  sha: z.string(),
  commit: z.object({ message: Text, committer: z.object({ date: z.string() }).nullish() }),
  parents: z.array(z.object({ sha: z.string() })),
});
export type Commit = z.infer<typeof Commit>;

const End = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() });

export const Pull = z.object({
  node_id: Text,
  number: z.number().int().positive(),
  title: z.string(),
  body: Text,
  state: z.enum(['open', 'closed']),
  draft: z
    .boolean()
    .nullish()
    .transform((draft) => draft ?? false),
  merged_at: z.string().nullish(),
  /** Of an open pull request this is a trial merge. */
  merge_commit_sha: z.string().nullish(),
  merged_by: z.object({ login: z.string() }).nullish(),
  /** Null while GitHub works it out; only in the answer for one pull request. */
  mergeable: z.boolean().nullish(),
  head: End,
  base: End,
  labels: Labels,
  user: Login,
  html_url: z.string(),
});
export type Pull = z.infer<typeof Pull>;

export const Merged = z.object({ sha: z.string(), merged: z.boolean().optional() });

export const Issue = z.object({
  id: z.number(),
  number: z.number().int().positive(),
  title: z.string(),
  body: Text,
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish(),
  closed_by: z.object({ login: z.string() }).nullish(),
  labels: Labels,
  assignees: z
    .array(z.object({ login: z.string() }).nullable())
    .nullish()
    .transform((all) => (all ?? []).flatMap((assignee) => (assignee === null ? [] : [assignee.login]))),
  user: Login,
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  /** There when the "issue" is a pull request. */
  pull_request: z.unknown().optional(),
});
export type Issue = z.infer<typeof Issue>;

export const Comment = z.object({ id: z.number(), body: Text, user: Login, created_at: z.string() });
export type Comment = z.infer<typeof Comment>;

export const CheckRun = z.object({
  id: z.number(),
  name: z.string(),
  head_sha: z.string(),
  /** What its maker calls it by. */
  external_id: z.string().nullish(),
  status: z.string(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
  details_url: z.string().nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  app: z.object({ id: z.number().nullish(), slug: z.string().nullish() }).nullish(),
  check_suite: z.object({ id: z.number().nullish() }).nullish(),
});
export type CheckRun = z.infer<typeof CheckRun>;

/** What one app does for one commit; of GitHub Actions: one run of one workflow. https://docs.github.com/en/rest/checks/suites */
export const CheckSuite = z.object({
  id: z.number(),
  status: z.string().nullish(),
  latest_check_runs_count: z.number().nullish(),
  app: z.object({ slug: z.string().nullish() }).nullish(),
});
export type CheckSuite = z.infer<typeof CheckSuite>;

export const CommitStatus = z.object({
  context: z.string(),
  state: z.string(),
  description: Text,
  target_url: z.string().nullish(),
  updated_at: z.string().nullish(),
});
export type CommitStatus = z.infer<typeof CommitStatus>;

/** https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference */
export const CombinedStatus = z.object({ total_count: z.number().optional(), statuses: z.array(CommitStatus) });

export const Account = z.object({ login: z.string() });
export const App = z.object({ id: z.number(), slug: z.string() });
export const Installation = z.object({ id: z.number(), suspended_at: z.string().nullish() });
export const InstallationToken = z.object({ token: z.string(), expires_at: z.string() });

/** Answers nobody reads further. */
export const Anything = z.unknown();

/** Answers of the two mutations in `schema.graphql.ts`, under the mutation's own name. */
const DraftPayload = z.object({ pullRequest: z.object({ isDraft: z.boolean() }) });
export const DraftChanged = z
  .union([z.object({ convertPullRequestToDraft: DraftPayload }), z.object({ markPullRequestReadyForReview: DraftPayload })])
  .transform((answer) => Object.values(answer)[0]?.pullRequest.isDraft ?? null);
