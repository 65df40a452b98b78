/** Every GraphQL text this connector sends; `graphql.test.ts` holds them against GitHub's own schema. */

/** https://docs.github.com/en/graphql/reference/mutations#convertpullrequesttodraft; REST cannot do it. */
export const CONVERT_TO_DRAFT = `mutation ConvertToDraft($pullRequestId: ID!) {
  convertPullRequestToDraft(input: { pullRequestId: $pullRequestId }) { pullRequest { isDraft } }
}`;

/** https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview */
export const MARK_READY = `mutation MarkReady($pullRequestId: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $pullRequestId }) { pullRequest { isDraft } }
}`;

export const GRAPHQL_TEXTS = { CONVERT_TO_DRAFT, MARK_READY } as const;
