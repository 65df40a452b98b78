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

/** Servers that only speak GitHub's API may leave instants out: then it was long ago. */
const When = z
  .string()
  .nullish()
  .transform((at) => at ?? '1970-01-01T00:00:00Z');

/** An issue's labels are objects, and in old answers plain names. */
export const Labels = z
  .array(z.union([z.string(), z.object({ name: Text })]))
  .nullish()
  .transform((labels) => (labels ?? []).map((label) => (typeof label === 'string' ? label : label.name)).filter((name) => name !== ''));

export const Repository = z.object({
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

/** `repo` is null where a fork was deleted, and left out where the server does not tell. */
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
  merged: z.boolean().nullish(),
  /** Of an open pull request this is a trial merge. */
  merge_commit_sha: z.string().nullish(),
  merged_by: z.object({ login: z.string() }).nullish(),
  /** Null while GitHub works it out; only in the answer for one pull request. */
  mergeable: z.boolean().nullish(),
  head: End,
  base: End,
  labels: Labels,
  user: Login,
  updated_at: z.string().nullish(),
  html_url: Text,
});
export type Pull = z.infer<typeof Pull>;

/** Teams are asked by nobody here. */
export const RequestedReviewers = z.object({ users: z.array(z.object({ login: z.string() })).default([]) });

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
  html_url: Text,
  created_at: When,
  updated_at: When,
  /** There when the "issue" is a pull request. */
  pull_request: z.unknown().optional(),
});
export type Issue = z.infer<typeof Issue>;

/** https://docs.github.com/en/rest/issues/events#list-issue-events; who has deleted their account is null. */
export const IssueEvent = z.object({
  event: z.string(),
  actor: z.object({ login: z.string(), id: z.number() }).nullish(),
  created_at: z.string(),
  label: z.object({ name: z.string() }).nullish(),
});

export const Comment = z.object({ id: z.number(), body: Text, user: Login, created_at: When });
export type Comment = z.infer<typeof Comment>;

/** https://docs.github.com/en/rest/pulls/reviews; a pending one has no time. */
export const Review = z.object({
  id: z.number(),
  body: Text,
  user: Login,
  state: z.string(),
  commit_id: z.string().nullish(),
  submitted_at: z.string().nullish(),
});
export type Review = z.infer<typeof Review>;

/** A remark beside a line of the diff. */
export const ReviewComment = z.object({ id: z.number(), body: Text, user: Login });
export type ReviewComment = z.infer<typeof ReviewComment>;

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

/** The same in the list of all statuses of a commit, which says who set each. https://docs.github.com/en/rest/commits/statuses#list-commit-statuses-for-a-reference */
export const SetStatus = z.object({ context: z.string(), creator: z.object({ login: z.string() }).nullish() });
export type SetStatus = z.infer<typeof SetStatus>;

/** https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference */
export const CombinedStatus = z.object({ total_count: z.number().optional(), statuses: z.array(CommitStatus) });

export const Account = z.object({ login: z.string() });
export const App = z.object({ id: z.number(), slug: z.string() });
export const Installation = z.object({ id: z.number(), suspended_at: z.string().nullish() });
export const InstallationToken = z.object({ token: z.string(), expires_at: z.string() });

/** Answers nobody reads further. */
export const Anything = z.unknown();

/** Answers of the two mutations in `schema.graphql.ts`, under the mutation's own name. */
const DraftPayload = z.object({ pullRequest: z.object({ isDraft: z.boolean().nullish() }).nullish() }).nullish();
export const DraftChanged = z
  .union([z.object({ convertPullRequestToDraft: DraftPayload }), z.object({ markPullRequestReadyForReview: DraftPayload })])
  .transform((answer) => Object.values(answer)[0]?.pullRequest?.isDraft ?? null);

const Thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  isOutdated: z.boolean(),
  path: z.string(),
  line: z.number().nullish(),
  comments: z.object({
    nodes: z.array(
      z.object({
        fullDatabaseId: z.union([z.string(), z.number()]).nullish(),
        body: Text,
        createdAt: z.string(),
        author: z.object({ __typename: z.string(), login: z.string() }).nullish(),
      }),
    ),
  }),
});
export type Thread = z.infer<typeof Thread>;

/** Answers of the queries in `schema.graphql.ts`. */
export const Threads = z.object({
  repository: z.object({
    pullRequest: z.object({
      reviewThreads: z.object({ pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }), nodes: z.array(Thread) }),
    }),
  }),
});
/** Another kind of node answers without members. */
export const ThreadNode = z.object({ node: z.union([Thread, z.object({}).transform(() => null)]).nullish() });
export const ThreadReplied = z.object({
  addPullRequestReviewThreadReply: z.object({ comment: z.object({ fullDatabaseId: z.union([z.string(), z.number()]).nullish() }).nullish() }),
});
export const ThreadResolved = z.object({ resolveReviewThread: z.object({ thread: z.object({ isResolved: z.boolean() }).nullish() }) });

/** Answers of `QUEUE_STATE`, `ENQUEUE` and `REVERT`. */
export const QueueStanding = z.object({
  repository: z
    .object({
      pullRequest: z
        .object({
          state: z.string(),
          isInMergeQueue: z.boolean(),
          timelineItems: z.object({
            nodes: z.array(z.object({ __typename: z.string(), createdAt: z.string().default(''), reason: z.string().nullish() })),
          }),
        })
        .nullish(),
    })
    .nullish(),
});
export const Enqueued = z.object({ enqueuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.number() }).nullish() }).nullish() });
export const Dequeued = z.object({ dequeuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.number() }).nullish() }).nullish() });
export const Reverted = z.object({ revertPullRequest: z.object({ revertPullRequest: z.object({ number: z.number().int().positive() }) }) });

/** https://docs.github.com/en/rest/actions/workflow-jobs */
export const Job = z.object({ id: z.number(), run_id: z.number(), run_attempt: z.number().default(1), head_sha: z.string() });
export type Job = z.infer<typeof Job>;
export const WorkflowRun = z.object({ id: z.number(), status: z.string().nullish(), run_attempt: z.number().default(1) });

/** https://docs.github.com/en/rest/releases/releases */
export const Release = z.object({
  id: z.number(),
  tag_name: z.string(),
  name: Text,
  body: Text,
  draft: z.boolean(),
  published_at: z.string().nullish(),
  html_url: z.string(),
});
export type Release = z.infer<typeof Release>;
