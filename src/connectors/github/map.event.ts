import { z } from 'zod';
import type { ForgeEvent, IssueFact, PullFact } from '#ports/forge-event.ts';
import type { WebhookFact } from '#ports/webhook.ts';
import { CheckRun, Comment, Envelope, Issue, Label, Pull, Push, Review, Status } from './schema.ts';

type Common = { repo: { forge: 'github'; name: string }; actor: string };
type Mapping = (payload: unknown, action: string, common: Common) => WebhookFact;

const NO_COMMIT = /^0+$/;

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  issues: toIssueEvent,
  issue_comment: toIssueComment,
  pull_request: toPullEvent,
  pull_request_review: toReview,
  pull_request_review_comment: toReviewComment,
  push: toPush,
  check_run: toCheckRun,
  status: toStatus,
};

/**
 * The fact in one GitHub delivery, or why there is none. `event` is the header `X-GitHub-Event`. Throws a sentence when a payload
 * of a known event lacks what is needed.
 */
export function toForgeEvent(event: string, payload: unknown): WebhookFact {
  const mapping = Object.hasOwn(MAPPINGS, event) ? MAPPINGS[event] : undefined;
  if (mapping === undefined) return ignored(`nothing is done with the event ${event}`);
  const { repository, sender, action } = read(Envelope, payload, event);
  return mapping(payload, action ?? '', { repo: { forge: 'github', name: repository.full_name }, actor: sender });
}

const ignored = (note: string): WebhookFact => ({ kind: 'ignored', note });

function read<S extends z.ZodType>(schema: S, payload: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) throw new Error(`${what}: ${z.prettifyError(parsed.error).slice(0, 400)}`);
  return parsed.data;
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
      return { kind: `issue.${action}`, ...fact, label: labelOf(payload) };
    default:
      return ignored(`nothing is done when an issue is ${action}`);
  }
}

/** Name of the label that was set or taken off. */
function labelOf(payload: unknown): string {
  return read(z.object({ label: Label }), payload, 'label').label.name;
}

function toIssueComment(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'created') return ignored(`nothing is done when a comment is ${action}`);
  const { issue, comment } = read(z.object({ issue: Issue, comment: Comment }), payload, 'issue_comment');
  if (issue.pull_request !== undefined) return ignored('a comment in the conversation of a pull request, whose branches the payload does not name');
  return { kind: 'issue.commented', ...common, occurred_at: comment.created_at, issue: toIssueFact(issue), comment: toComment(comment) };
}

function toComment({ id, user, body, created_at }: z.output<typeof Comment>): Extract<ForgeEvent, { kind: 'issue.commented' }>['comment'] {
  return { id: String(id), author: user, body, created_at };
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
] as const);

function toReview(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'submitted') return ignored(`nothing is done when a review is ${action}`);
  const { pull_request, review } = read(z.object({ pull_request: Pull, review: Review }), payload, 'pull_request_review');
  const verdict = new Map<string, 'approved' | 'changes_requested' | 'commented'>(VERDICTS).get(review.state.toLowerCase());
  if (verdict === undefined) return ignored(`nothing is done with a review that is ${review.state}`);
  const pull = toPullFact(pull_request);
  return {
    kind: 'pull.reviewed',
    ...common,
    occurred_at: review.submitted_at ?? pull.updated_at,
    pull,
    review: { id: String(review.id), author: review.user, verdict, body: review.body },
  };
}

function toReviewComment(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'created') return ignored(`nothing is done when a comment is ${action}`);
  const { pull_request, comment } = read(z.object({ pull_request: Pull, comment: Comment }), payload, 'pull_request_review_comment');
  return { kind: 'pull.commented', ...common, occurred_at: comment.created_at, pull: toPullFact(pull_request), comment: toComment(comment) };
}

function toPush(payload: unknown, _action: string, common: Common): WebhookFact {
  const { ref, before, after, head_commit } = read(Push, payload, 'push');
  const { repository } = read(Envelope, payload, 'push');
  if (!ref.startsWith('refs/heads/')) return ignored(`nothing is done with a push to ${ref}`);
  const occurred_at = repository.pushed_at ?? head_commit?.timestamp;
  if (occurred_at === undefined || occurred_at === null) throw new Error('push: the payload does not say when');
  const commit = (sha: string): string | null => (NO_COMMIT.test(sha) ? null : sha);
  return { kind: 'push', ...common, occurred_at, branch: ref.slice('refs/heads/'.length), before: commit(before), after: commit(after) };
}

type Conclusion = Extract<ForgeEvent, { kind: 'check.completed' }>['check']['conclusion'];

/** GitHub's conclusions in our four; one nobody knows yet is a failure, because it must not count as passed. */
function toConclusion(conclusion: string): Conclusion {
  if (conclusion === 'success') return 'success';
  if (conclusion === 'neutral' || conclusion === 'skipped') return 'neutral';
  return conclusion === 'cancelled' || conclusion === 'stale' ? 'cancelled' : 'failure';
}

function toCheckRun(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'completed') return ignored(`nothing is done when a check run is ${action}`);
  const { check_run: run } = read(z.object({ check_run: CheckRun }), payload, 'check_run');
  if (run.conclusion === null || run.completed_at === null || run.completed_at === undefined) return ignored('the check run has not ended');
  const summary = [run.output?.title, run.output?.summary].filter((text) => text !== null && text !== undefined && text !== '').join('\n');
  return {
    kind: 'check.completed',
    ...common,
    occurred_at: run.completed_at,
    check: { name: run.name, head_sha: run.head_sha, conclusion: toConclusion(run.conclusion), url: run.html_url ?? null, summary },
  };
}

function toStatus(payload: unknown, _action: string, common: Common): WebhookFact {
  const { sha, context, state, description, target_url, updated_at } = read(Status, payload, 'status');
  if (state === 'pending') return ignored('the status is still pending');
  const conclusion = state === 'success' ? 'success' : 'failure';
  return {
    kind: 'check.completed',
    ...common,
    occurred_at: updated_at,
    check: { name: context, head_sha: sha, conclusion, url: target_url ?? null, summary: description },
  };
}

const CLOSE_REASONS = new Set<string>(['completed', 'not_planned', 'duplicate']);

function toIssueFact(issue: Issue): IssueFact {
  const reason = issue.state_reason ?? '';
  return {
    number: issue.number,
    external_id: String(issue.id),
    title: issue.title,
    body: issue.body,
    state: issue.state,
    close_reason: issue.state === 'closed' && CLOSE_REASONS.has(reason) ? (reason as NonNullable<IssueFact['close_reason']>) : null,
    labels: issue.labels,
    assignees: issue.assignees.flatMap((assignee) => (assignee === null ? [] : [assignee.login])),
    author: issue.user,
    url: issue.html_url,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
  };
}

function toPullFact(pull: Pull): PullFact {
  const merged = pull.merged_at !== null && pull.merged_at !== undefined;
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: merged ? 'merged' : pull.state,
    draft: pull.draft,
    head_branch: pull.head.ref,
    base_branch: pull.base.ref,
    head_sha: pull.head.sha,
    // Before the merge GitHub names a commit of its own trial here.
    merge_sha: merged ? (pull.merge_commit_sha ?? null) : null,
    labels: pull.labels,
    author: pull.user,
    url: pull.html_url,
    updated_at: pull.updated_at,
  };
}
