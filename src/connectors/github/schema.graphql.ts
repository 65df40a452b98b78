/** Every GraphQL text this connector sends; `graphql.test.ts` holds them against GitHub's own schema. */

/** https://docs.github.com/en/graphql/reference/mutations#convertpullrequesttodraft; REST cannot do it. */
export const CONVERT_TO_DRAFT = `mutation ConvertToDraft($pullRequestId: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $pullRequestId }) { pullRequest { isDraft } }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview */
export const MARK_READY = `mutation MarkReady($pullRequestId: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pullRequestId }) { pullRequest { isDraft } }
}`;

const THREAD = `id isResolved isOutdated path line comments(first: 100) {
    nodes { fullDatabaseId body createdAt author { __typename login } }
  }`;

/** REST does not tell which conversations are ended. https://docs.github.com/en/graphql/reference/objects#pullrequestreviewthread */
export const REVIEW_THREADS = `query ReviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { ${THREAD} }
      }
    }
  }
}`;

export const REVIEW_THREAD = `query ReviewThread($threadId: ID!) {
  node(id: $threadId) { ... on PullRequestReviewThread { ${THREAD} } }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#addpullrequestreviewthreadreply */
export const REPLY_TO_THREAD = `mutation ReplyToThread($threadId: ID!, $body: String!) {
  addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $threadId, body: $body }) { comment { fullDatabaseId } }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#resolvereviewthread */
export const RESOLVE_THREAD = `mutation ResolveThread($threadId: ID!) {
  resolveReviewThread(input: { threadId: $threadId }) { thread { isResolved } }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#enqueuepullrequest; REST cannot do it. */
export const ENQUEUE = `mutation Enqueue($pullRequestId: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $pullRequestId, expectedHeadOid: $head }) { mergeQueueEntry { position } }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#dequeuepullrequest; `id` is the pull request's. */
export const DEQUEUE = `mutation Dequeue($id: ID!) {
  dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { position } }
}`;

/** How a pull request stands with the merge queue, and how it last left it. */
export const QUEUE_STATE = `query QueueState($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      state isInMergeQueue
      timelineItems(last: 5, itemTypes: [ADDED_TO_MERGE_QUEUE_EVENT, REMOVED_FROM_MERGE_QUEUE_EVENT]) {
        nodes { __typename ... on AddedToMergeQueueEvent { createdAt } ... on RemovedFromMergeQueueEvent { createdAt reason } }
      }
    }
  }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#revertpullrequest; REST cannot do it. */
export const REVERT = `mutation Revert($pullRequestId: ID!, $title: String!, $body: String!) {
  revertPullRequest(input: { pullRequestId: $pullRequestId, title: $title, body: $body }) { revertPullRequest { number } }
}`;

export const GRAPHQL_TEXTS = {
  ENQUEUE,
  DEQUEUE,
  QUEUE_STATE,
  REVERT,
  CONVERT_TO_DRAFT,
  MARK_READY,
  REVIEW_THREADS,
  REVIEW_THREAD,
  REPLY_TO_THREAD,
  RESOLVE_THREAD,
} as const;
