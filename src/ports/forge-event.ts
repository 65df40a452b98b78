import { z } from 'zod';

/**
 * One fact a forge or tracker told us, in our words: what every connector's webhook parser produces and `modules/intake`
 * stores. A fact carries the state as it was when it was sent; deliveries repeat and overtake each other, so `updated_at`
 * of the issue or pull request says which is newer, not the order of arrival. Text in it is untrusted.
 */
const Instant = z.iso.datetime({ offset: true });

const Repo = z.strictObject({
  /** `local`, `github`, … */
  forge: z.string().min(1),
  /** `owner/name`. */
  name: z.string().min(1),
});

export const IssueFact = z.strictObject({
  number: z.number().int().positive(),
  /** The tracker's own lasting id. */
  external_id: z.string().min(1),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'closed']),
  close_reason: z.enum(['completed', 'not_planned', 'duplicate']).nullable(),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  author: z.string(),
  url: z.string(),
  created_at: Instant,
  updated_at: Instant,
});
export type IssueFact = z.infer<typeof IssueFact>;

export const PullFact = z.strictObject({
  number: z.number().int().positive(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  draft: z.boolean(),
  head_branch: z.string(),
  base_branch: z.string(),
  head_sha: z.string(),
  merge_sha: z.string().nullable(),
  labels: z.array(z.string()),
  author: z.string(),
  url: z.string(),
  updated_at: Instant,
});
export type PullFact = z.infer<typeof PullFact>;

export const CommentFact = z.strictObject({ id: z.string(), author: z.string(), body: z.string(), created_at: Instant });
export type CommentFact = z.infer<typeof CommentFact>;

const common = {
  repo: Repo,
  /** Login of who did it on the forge. */
  actor: z.string(),
  occurred_at: Instant,
};

const issue = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), ...common, issue: IssueFact });
const pull = <K extends string>(kind: K) => z.strictObject({ kind: z.literal(kind), ...common, pull: PullFact });

export const ForgeEvent = z.discriminatedUnion('kind', [
  issue('issue.opened'),
  issue('issue.edited'),
  issue('issue.closed'),
  issue('issue.reopened'),
  issue('issue.assigned'),
  issue('issue.labeled').extend({ label: z.string() }),
  issue('issue.unlabeled').extend({ label: z.string() }),
  issue('issue.commented').extend({ comment: CommentFact }),
  pull('pull.opened'),
  pull('pull.edited'),
  /** New commits on the head branch. */
  pull('pull.synchronized'),
  pull('pull.merged'),
  /** Closed without merging. */
  pull('pull.closed'),
  pull('pull.reopened'),
  pull('pull.labeled').extend({ label: z.string() }),
  pull('pull.unlabeled').extend({ label: z.string() }),
  pull('pull.commented').extend({ comment: CommentFact }),
  z.strictObject({
    kind: z.literal('pull.reviewed'),
    ...common,
    pull: PullFact,
    review: z.strictObject({ id: z.string(), author: z.string(), verdict: z.enum(['approved', 'changes_requested', 'commented']), body: z.string() }),
  }),
  z.strictObject({
    kind: z.literal('push'),
    ...common,
    branch: z.string(),
    /** Null: the branch was made. */
    before: z.string().nullable(),
    /** Null: the branch was deleted. */
    after: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('check.completed'),
    ...common,
    check: z.strictObject({
      name: z.string(),
      head_sha: z.string(),
      conclusion: z.enum(['success', 'failure', 'cancelled', 'neutral']),
      url: z.string().nullable(),
      summary: z.string(),
    }),
  }),
]);
export type ForgeEvent = z.infer<typeof ForgeEvent>;
