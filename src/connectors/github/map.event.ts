import { z } from 'zod';
import type { CommentFact, IssueFact, PullFact } from '#ports/forge-event.ts';
import type { WebhookFact } from '#ports/webhook.ts';
import { toCheckRun, toCheckSuite, toStatus, toWorkflowRun } from './map.event.ci.ts';
import { fillGaps, LONG_AGO } from './map.event.gaps.ts';
import { ignored, read, type Common, type Mapping } from './map.event.read.ts';
import { closeReasonOf, endOfPull } from './map.state.ts';
import { toDeployment, toDeploymentStatus, toInstallation, toLabel, toMergeGroup, toRelease } from './map.event.repository.ts';
import { Comment, Envelope, Installation, Issue, Label, Pull, Push, Review, Thread } from './schema.ts';

const NO_COMMIT = /^0+$/;

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  issues: toIssueEvent,
  issue_comment: toIssueComment,
  pull_request: toPullEvent,
  pull_request_review: toReview,
  pull_request_review_comment: toReviewComment,
  pull_request_review_thread: toReviewThread,
  push: toPush,
  check_run: toCheckRun,
  check_suite: toCheckSuite,
  workflow_run: toWorkflowRun,
  status: toStatus,
  release: toRelease,
  deployment: toDeployment,
  deployment_status: toDeploymentStatus,
  label: toLabel,
  merge_group: toMergeGroup,
};

/** Facts about an app's installation: they name an account, and no one repository. */
const OF_INSTALLATIONS = new Set(['installation', 'installation_repositories']);

/**
 * The fact in one GitHub delivery, or why there is none. `event` is the header `X-GitHub-Event`, `receivedAt` stands in for
 * instants that are left out. Throws a sentence when a payload of a known event lacks what is needed.
 */
export function toForgeEvent(event: string, given: unknown, receivedAt = LONG_AGO): WebhookFact {
  const payload = fillGaps(given, receivedAt.toISOString());
  if (OF_INSTALLATIONS.has(event)) return ofInstallation(payload, event);
  const mapping = Object.hasOwn(MAPPINGS, event) ? MAPPINGS[event] : undefined;
  if (mapping === undefined) return ignored(`nothing is done with the event ${event}`);
  const { repository, sender, action } = read(Envelope, payload, event);
  return mapping(payload, action ?? '', { repo: { forge: 'github', name: repository.full_name }, actor: sender.login, actor_id: sender.id });
}

function ofInstallation(payload: unknown, event: string): WebhookFact {
  const { installation, sender, action } = read(Installation, payload, event);
  const account = installation.account?.login ?? 'ghost';
  return toInstallation(payload, action, { repo: { forge: 'github', name: `${account}/*` }, actor: sender.login, actor_id: sender.id });
}

function toIssueEvent(payload: unknown, action: string, common: Common): WebhookFact {
  const { issue: raw } = read(z.object({ issue: Issue }), payload, 'issues');
  const issue = toIssueFact(raw);
  const fact = { ...common, occurred_at: issue.updated_at, issue };
  switch (action) {
    case 'opened':
    case 'edited':
    case 'closed':
    case 'reopened':
    case 'assigned':
      return { kind: `issue.${action}`, ...fact };
    case 'unassigned':
      return { kind: 'issue.edited', ...fact };
    case 'labeled':
    case 'unlabeled':
      return { kind: `issue.${action}`, ...fact, issue: withLabel(issue, action, labelOf(payload)), label: labelOf(payload) };
    default:
      return ignored(`nothing is done when an issue is ${action}`);
  }
}

/** GitHub's own issue has the label that was just set among its labels; where it is left out, the event says it all the same. */
function withLabel(issue: IssueFact, action: string, label: string): IssueFact {
  const isThere = issue.labels.some((one) => one.toLowerCase() === label.toLowerCase());
  return action !== 'labeled' || isThere ? issue : { ...issue, labels: [...issue.labels, label] };
}

/** Name of the label that was set or taken off. */
function labelOf(payload: unknown): string {
  return read(z.object({ label: Label }), payload, 'label').label.name;
}

function toIssueComment(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'created') return ignored(`nothing is done when a comment is ${action}`);
  const { issue, comment } = read(z.object({ issue: Issue, comment: Comment }), payload, 'issue_comment');
  // The payload does not name the pull request's branches: its number is all there is.
  if (issue.pull_request !== undefined)
    return { kind: 'pull.discussed', ...common, occurred_at: comment.created_at, number: issue.number, comment: toComment(comment) };
  return { kind: 'issue.commented', ...common, occurred_at: comment.created_at, issue: toIssueFact(issue), comment: toComment(comment) };
}

function toComment(comment: z.output<typeof Comment>): CommentFact {
  const { id, user, body, created_at, performed_via_github_app: app } = comment;
  const through = app === null || app === undefined ? null : (app.slug ?? 'an app');
  return { id: String(id), author: user.login, author_id: user.id, body, created_at, through };
}

function toPullEvent(payload: unknown, action: string, common: Common): WebhookFact {
  const { pull_request: raw } = read(z.object({ pull_request: Pull }), payload, 'pull_request');
  const pull = toPullFact(raw);
  const fact = { ...common, occurred_at: pull.updated_at, pull };
  switch (action) {
    case 'opened':
    case 'edited':
    case 'reopened':
      return { kind: `pull.${action}`, ...fact };
    case 'ready_for_review':
    case 'converted_to_draft':
    case 'enqueued':
    case 'dequeued':
      return { kind: 'pull.edited', ...fact };
    case 'synchronize':
      return { kind: 'pull.synchronized', ...fact };
    case 'closed':
      return { kind: pull.state === 'merged' ? 'pull.merged' : 'pull.closed', ...fact };
    case 'labeled':
    case 'unlabeled':
      return { kind: `pull.${action}`, ...fact, label: labelOf(payload) };
    default:
      return ignored(`nothing is done when a pull request is ${action}`);
  }
}

const VERDICTS = new Map([
  ['approved', 'approved'],
  ['changes_requested', 'changes_requested'],
  ['commented', 'commented'],
  ['dismissed', 'dismissed'],
] as const);

function toReview(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'submitted' && action !== 'dismissed') return ignored(`nothing is done when a review is ${action}`);
  const { pull_request, review } = read(z.object({ pull_request: Pull, review: Review }), payload, 'pull_request_review');
  const verdict = new Map<string, 'approved' | 'changes_requested' | 'commented' | 'dismissed'>(VERDICTS).get(review.state.toLowerCase());
  if (verdict === undefined) return ignored(`nothing is done with a review that is ${review.state}`);
  const pull = toPullFact(pull_request);
  return {
    kind: 'pull.reviewed',
    ...common,
    occurred_at: review.submitted_at ?? pull.updated_at,
    pull,
    review: { id: String(review.id), author: review.user, verdict, body: review.body, head_sha: review.commit_id ?? null },
  };
}

function toReviewComment(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'created') return ignored(`nothing is done when a comment is ${action}`);
  const { pull_request, comment } = read(z.object({ pull_request: Pull, comment: Comment }), payload, 'pull_request_review_comment');
  return { kind: 'pull.commented', ...common, occurred_at: comment.created_at, pull: toPullFact(pull_request), comment: toComment(comment) };
}

function toReviewThread(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'resolved' && action !== 'unresolved') return ignored(`nothing is done when a review thread is ${action}`);
  const { pull_request, thread } = read(z.object({ pull_request: Pull, thread: Thread }), payload, 'pull_request_review_thread');
  const pull = toPullFact(pull_request);
  const kind = action === 'resolved' ? 'pull.thread_resolved' : 'pull.thread_reopened';
  const facts = { comments: thread.comments.map(({ id }) => String(id)), path: thread.comments[0]?.path ?? '' };
  return { kind, ...common, occurred_at: pull.updated_at, pull, thread: facts };
}

function toPush(payload: unknown, _action: string, common: Common): WebhookFact {
  const { ref, before, after, head_commit } = read(Push, payload, 'push');
  const { repository } = read(Envelope, payload, 'push');
  const isTag = ref.startsWith('refs/tags/') && !NO_COMMIT.test(after);
  if (!ref.startsWith('refs/heads/') && !isTag) return ignored(`nothing is done with a push to ${ref}`);
  const occurred_at = repository.pushed_at ?? head_commit?.timestamp;
  if (occurred_at === undefined || occurred_at === null) throw new Error('push: the payload does not say when');
  // `after` of an annotated tag is the tag itself, not its commit.
  if (isTag) return { kind: 'tag.pushed', ...common, occurred_at, tag: ref.slice('refs/tags/'.length), sha: head_commit?.id ?? null };
  const commit = (sha: string): string | null => (NO_COMMIT.test(sha) ? null : sha);
  return { kind: 'push', ...common, occurred_at, branch: ref.slice('refs/heads/'.length), before: commit(before), after: commit(after) };
}

function toIssueFact(issue: Issue): IssueFact {
  return {
    number: issue.number,
    external_id: String(issue.id),
    title: issue.title,
    body: issue.body,
    state: issue.state,
    close_reason: closeReasonOf(issue),
    labels: issue.labels,
    assignees: issue.assignees.flatMap((assignee) => (assignee === null ? [] : [assignee.login])),
    author: issue.user,
    url: issue.html_url,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
  };
}

function toPullFact(pull: Pull): PullFact {
  const { state, mergeSha } = endOfPull(pull);
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state,
    draft: pull.draft,
    head_branch: pull.head.ref,
    base_branch: pull.base.ref,
    head_sha: pull.head.sha,
    merge_sha: mergeSha,
    labels: pull.labels,
    author: pull.user,
    url: pull.html_url,
    updated_at: pull.updated_at,
  };
}
