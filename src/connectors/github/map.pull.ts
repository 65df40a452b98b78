import type { PullRequest } from '#ports/forge-read.ts';
import type { TrackerIssue } from '#ports/tracker-read.ts';
import type { Comment, Issue, Pull } from './schema.rest.ts';

export function toPullRequest(pull: Pull): PullRequest {
  const merged = isMerged(pull);
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: merged ? 'merged' : pull.state,
    draft: pull.draft,
    headBranch: pull.head.ref,
    baseBranch: pull.base.ref,
    headSha: pull.head.sha,
    mergeSha: merged ? (pull.merge_commit_sha ?? null) : null,
    // Who closed one without merging it stands in its events alone.
    endedBy: pull.merged_by?.login ?? null,
    labels: pull.labels,
    url: pull.html_url,
  };
}

export function isMerged(pull: Pull): boolean {
  return pull.merged_at !== null && pull.merged_at !== undefined;
}

const CLOSE_REASONS = new Set<string>(['completed', 'not_planned', 'duplicate']);

export function toTrackerIssue(issue: Issue): TrackerIssue {
  const reason = issue.state_reason ?? '';
  return {
    number: issue.number,
    externalId: String(issue.id),
    title: issue.title,
    body: issue.body,
    state: issue.state,
    closeReason: issue.state === 'closed' && CLOSE_REASONS.has(reason) ? (reason as NonNullable<TrackerIssue['closeReason']>) : null,
    closedBy: issue.state === 'closed' ? (issue.closed_by?.login ?? null) : null,
    labels: issue.labels,
    assignees: issue.assignees,
    author: issue.user,
    url: issue.html_url,
    createdAt: new Date(issue.created_at),
    updatedAt: new Date(issue.updated_at),
  };
}

export interface ForgeComment {
  id: string;
  author: string;
  body: string;
  createdAt: Date;
}

export function toComment({ id, user, body, created_at }: Comment): ForgeComment {
  return { id: String(id), author: user, body, createdAt: new Date(created_at) };
}

/** Logins differ in case only when they are the same. */
export function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
