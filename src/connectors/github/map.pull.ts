import type { PullRequest } from '#ports/forge-read.ts';
import type { TrackerIssue } from '#ports/tracker-read.ts';
import { closeReasonOf, endOfPull } from './map.state.ts';
import type { Comment, Issue, Pull } from './schema.rest.ts';

export function toPullRequest(pull: Pull): PullRequest {
  const { state, mergeSha } = endOfPull(pull);
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state,
    draft: pull.draft,
    headBranch: pull.head.ref,
    baseBranch: pull.base.ref,
    headSha: pull.head.sha,
    mergeSha,
    // Who closed one without merging it stands in its events alone.
    endedBy: personOf(pull.merged_by?.login ?? null),
    labels: pull.labels,
    url: pull.html_url,
    author: pull.user,
    fromFork: !isSameRepository(pull.head.repo?.full_name ?? '', pull.base.repo?.full_name ?? ''),
  };
}

/** The repository of a fork that is gone is told as none: what nobody names is not the same. */
const isSameRepository = (head: string, base: string): boolean => head !== '' && isSameLogin(head, base);

/** Account of GitHub's own merge queue: whoever put the pull request into it merged it. */
const QUEUE_ACCOUNT = 'github-merge-queue[bot]';

const personOf = (login: string | null): string | null => (login === QUEUE_ACCOUNT ? null : login);

export function toTrackerIssue(issue: Issue): TrackerIssue {
  return {
    number: issue.number,
    externalId: String(issue.id),
    title: issue.title,
    body: issue.body,
    state: issue.state,
    closeReason: closeReasonOf(issue),
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
