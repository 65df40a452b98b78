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
  sender: Login,
});
export type Envelope = z.infer<typeof Envelope>;

export const Issue = z.object({
  id: z.number(),
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

export const Comment = z.object({ id: z.number(), body: Text, user: Login, created_at: Instant });

export const Review = z.object({ id: z.number(), body: Text, user: Login, state: z.string(), submitted_at: Instant.nullish() });

export const Label = z.object({ name: z.string() });

export const Push = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  head_commit: z.object({ timestamp: Instant }).nullish(),
});

export const CheckRun = z.object({
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
