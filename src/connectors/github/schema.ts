import { z } from 'zod';

/**
 * Only what is read of GitHub's payloads (webhooks of api.github.com and Enterprise Server 3.1 and newer). Everything else may
 * come, go and change its shape.
 */

/** A deleted account is null; GitHub itself shows it as `ghost`. */
const Login = z
  .object({ login: z.string() })
  .nullish()
  .transform((user) => user?.login ?? 'ghost');

/** A login with the account's id, which outlives every renaming; null: the account is deleted. */
const Account = z
  .object({ login: z.string(), id: z.number().int().nullish() })
  .nullish()
  .transform((user) => ({ login: user?.login ?? 'ghost', id: user?.id === null || user?.id === undefined ? null : String(user.id) }));

const Labels = z
  .array(z.object({ name: z.string() }))
  .default([])
  .transform((labels) => labels.map(({ name }) => name));

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

/** GitHub writes instants as ISO text, and in some payloads as seconds since 1970. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.number().transform((seconds) => new Date(seconds * 1000).toISOString())]);

export const Envelope = z.object({
  action: z.string().nullish(),
  repository: z.object({ full_name: z.string(), pushed_at: Instant.nullish(), updated_at: Instant.nullish() }),
  sender: Account,
});
export type Envelope = z.infer<typeof Envelope>;

export const Issue = z.object({
  /** As text from a server that does not number issues across its repositories (`fillGaps`). */
  id: z.union([z.number(), z.string()]),
  number: z.number().int().positive(),
  title: z.string(),
  body: Text,
  state: z.enum(['open', 'closed']).default('open'),
  state_reason: z.string().nullish(),
  labels: Labels,
  assignees: z.array(z.object({ login: z.string() }).nullable()).default([]),
  user: Login,
  html_url: z.string(),
  created_at: Instant,
  updated_at: Instant,
  /** There when the "issue" is a pull request. */
  pull_request: z.unknown().optional(),
});
export type Issue = z.infer<typeof Issue>;

const Branch = z.object({ ref: z.string(), sha: z.string() });

export const Pull = z.object({
  number: z.number().int().positive(),
  title: z.string(),
  body: Text,
  state: z.enum(['open', 'closed']),
  merged_at: Instant.nullish(),
  merged: z.boolean().nullish(),
  merge_commit_sha: z.string().nullish(),
  draft: z.boolean().default(false),
  head: Branch,
  base: Branch,
  labels: Labels,
  user: Login,
  html_url: z.string(),
  updated_at: Instant,
});
export type Pull = z.infer<typeof Pull>;

export const Comment = z.object({
  id: z.number(),
  body: Text,
  user: Account,
  created_at: Instant,
  performed_via_github_app: z.object({ slug: z.string().nullish() }).nullish(),
});

export const Review = z.object({
  id: z.number(),
  body: Text,
  user: Login,
  state: z.string(),
  submitted_at: Instant.nullish(),
  commit_id: z.string().nullish(),
});

export const Label = z.object({ name: z.string() });

export const Push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  head_commit: z.object({ id: z.string().optional(), timestamp: Instant }).nullish(),
});

export const CheckRun = z.object({
  id: z.number(),
  name: z.string(),
  head_sha: z.string(),
  conclusion: z.string().nullable(),
  html_url: z.string().nullish(),
  completed_at: Instant.nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
});

export const Status = z.object({
  sha: z.string(),
  context: z.string(),
  state: z.string(),
  description: Text,
  target_url: z.string().nullish(),
  updated_at: Instant,
});

export const CheckSuite = z.object({
  head_sha: z.string(),
  conclusion: z.string().nullable(),
  updated_at: Instant,
  app: z.object({ slug: z.string().nullish(), name: z.string().nullish() }).nullish(),
});

export const WorkflowRun = z.object({
  id: z.number(),
  name: z
    .string()
    .nullish()
    .transform((name) => name ?? 'workflow'),
  head_sha: z.string(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
  run_attempt: z.number().int().default(1),
  updated_at: Instant,
});

export const Thread = z.object({ comments: z.array(z.object({ id: z.number(), path: z.string() })).default([]) });

export const Release = z.object({
  tag_name: z.string(),
  name: z.string().nullish(),
  body: Text,
  prerelease: z.boolean().default(false),
  html_url: z.string(),
  created_at: Instant,
  published_at: Instant.nullish(),
});

export const Deployment = z.object({ id: z.number(), environment: z.string(), ref: z.string(), sha: z.string(), created_at: Instant });
export const DeploymentStatus = z.object({ state: z.string(), updated_at: Instant });

export const MergeGroup = z.object({
  head_sha: z.string(),
  base_ref: z.string(),
  head_commit: z.object({ timestamp: Instant }).nullish(),
});

const Repositories = z.array(z.object({ full_name: z.string() })).default([]);

/** An app's installation; its payload has no repository of its own. */
export const Installation = z.object({
  action: z.string(),
  sender: Account,
  installation: z.object({ id: z.number(), account: z.object({ login: z.string() }).nullish(), updated_at: Instant }),
  repositories: Repositories,
  repositories_added: Repositories,
  repositories_removed: Repositories,
});
