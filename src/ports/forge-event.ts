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

export const CommentFact = z.strictObject({
  id: z.string(),
  author: z.string(),
  /** Lasting id of the author's account; left out or null: the forge tells none. */
  author_id: z.string().nullable().optional(),
  body: z.string(),
  created_at: Instant,
  /** App that wrote it in its author's name; left out or null: none did. */
  through: z.string().nullable().optional(),
});
export type CommentFact = z.infer<typeof CommentFact>;

/** How a check ended, in our four words: what nobody knows counts as failed. */
const Conclusion = z.enum(['success', 'failure', 'cancelled', 'neutral']);

const ThreadFact = z.strictObject({
  /** Ids of its comments, the oldest first. */
  comments: z.array(z.string()),
  path: z.string(),
});

const common = {
  repo: Repo,
  /** Login of who did it on the forge. */
  actor: z.string(),
  /** Lasting id of their account; left out or null: the forge tells none. */
  actor_id: z.string().nullable().optional(),
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
    review: z.strictObject({
      id: z.string(),
      author: z.string(),
      /** `dismissed`: it was taken back, by anybody who may. */
      verdict: z.enum(['approved', 'changes_requested', 'commented', 'dismissed']),
      body: z.string(),
      /** Head that was looked at; left out or null: the forge does not say. */
      head_sha: z.string().nullable().optional(),
    }),
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
      conclusion: Conclusion,
      url: z.string().nullable(),
      summary: z.string(),
      /** The forge's own id of this run of the check; a re-run has another one. Left out: stored before it was read. */
      id: z.string().nullable().optional(),
    }),
  }),
  /** A comment in the conversation of a pull request; the payload names its number alone. */
  z.strictObject({ kind: z.literal('pull.discussed'), ...common, number: z.number().int().positive(), comment: CommentFact }),
  /** A comment on an issue that was read in a list, which names the issue's number alone. */
  z.strictObject({ kind: z.literal('issue.discussed'), ...common, number: z.number().int().positive(), comment: CommentFact }),
  pull('pull.thread_resolved').extend({ thread: ThreadFact }),
  pull('pull.thread_reopened').extend({ thread: ThreadFact }),
  /** All checks that one app runs on a commit. */
  z.strictObject({
    kind: z.literal('check_suite.completed'),
    ...common,
    suite: z.strictObject({ app: z.string(), head_sha: z.string(), conclusion: Conclusion }),
  }),
  z.strictObject({
    kind: z.literal('workflow_run.completed'),
    ...common,
    run: z.strictObject({
      id: z.string(),
      name: z.string(),
      head_sha: z.string(),
      conclusion: Conclusion,
      url: z.string(),
      attempt: z.number().int(),
    }),
  }),
  /** A tag was made or moved. `sha`: the commit it names; null: the forge does not say. */
  z.strictObject({ kind: z.literal('tag.pushed'), ...common, tag: z.string(), sha: z.string().nullable() }),
  z.strictObject({
    kind: z.literal('release.published'),
    ...common,
    release: z.strictObject({ tag: z.string(), name: z.string(), body: z.string(), prerelease: z.boolean(), url: z.string() }),
  }),
  z.strictObject({
    kind: z.literal('deployment.changed'),
    ...common,
    /** `state` in the forge's words (`pending`, `in_progress`, `success`, `failure`, …); `created` for a new one. */
    deployment: z.strictObject({ id: z.string(), environment: z.string(), ref: z.string(), sha: z.string(), state: z.string() }),
  }),
  /** The repository's own list of labels, not an issue's. */
  z.strictObject({ kind: z.literal('label.changed'), ...common, change: z.enum(['created', 'edited', 'deleted']), label: z.string() }),
  z.strictObject({
    kind: z.literal('merge_group.changed'),
    ...common,
    group: z.strictObject({ state: z.enum(['checks_requested', 'destroyed']), head_sha: z.string(), base_branch: z.string(), reason: z.string() }),
  }),
  /** What an installed app may reach. It concerns no one repository: `repo.name` is the account with `/*`. */
  z.strictObject({
    kind: z.literal('installation.changed'),
    ...common,
    installation: z.strictObject({ id: z.string(), account: z.string(), change: z.string(), repositories: z.array(z.string()) }),
  }),
]);
export type ForgeEvent = z.infer<typeof ForgeEvent>;
