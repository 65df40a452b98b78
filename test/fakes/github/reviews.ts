import { invalid, Refusal } from './answer.ts';
import { nodeId } from './present.accounts.ts';
import { headSha, showPull, showReview, showReviewComment } from './present.pulls.ts';
import { markerOf, touch } from './issues.ts';
import type { Actor, Json, PullIssue, Repository, Review, ReviewComment } from './state.ts';
import type { World } from './world.ts';

export type ReviewEvent = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
const STATE_OF: Record<ReviewEvent, Review['state']> = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' };

export interface NewReviewComment {
  path: string;
  body: string;
  line?: number | null;
  startLine?: number | null;
  side?: 'LEFT' | 'RIGHT';
  subject?: 'line' | 'file';
}

export interface NewReview {
  /** Absent: a pending review, seen by its author only. */
  event?: ReviewEvent;
  body?: string;
  commitSha?: string;
  comments?: NewReviewComment[];
}

const unprocessable = (...errors: string[]): Refusal => new Refusal(422, 'Unprocessable Entity', { errors });

export async function createReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, wish: NewReview): Promise<Review> {
  refuseReview(issue, actor, wish);
  const commitSha = wish.commitSha ?? (await headSha(repository, issue.number));
  for (const comment of wish.comments ?? []) await refuseComment(repository, issue, comment);
  const review: Review = {
    id: world.nextId(),
    pull: issue.number,
    author: actor.login,
    state: wish.event === undefined ? 'PENDING' : STATE_OF[wish.event],
    body: wish.body ?? '',
    commitSha,
    submittedAt: wish.event === undefined ? null : world.now(),
  };
  repository.data.reviews.push(review);
  const comments = (wish.comments ?? []).map((comment) => addReviewComment(world, repository, actor, issue, review, comment));
  if (review.state !== 'PENDING') await submitted(world, repository, actor, issue, review, comments);
  return review;
}

function refuseReview(issue: PullIssue, actor: Actor, wish: NewReview): void {
  const body = wish.body ?? '';
  const event = wish.event;
  if (event === 'APPROVE' && issue.author === actor.login) throw unprocessable('Can not approve your own pull request');
  if (event === 'REQUEST_CHANGES' && issue.author === actor.login) throw unprocessable('Can not request changes on your own pull request');
  if (event === 'REQUEST_CHANGES' && body === '') throw unprocessable('Body can not be blank when requesting changes');
  if (event === 'COMMENT' && body === '' && (wish.comments ?? []).length === 0) throw unprocessable('Body can not be blank');
}

/** Comments stand on a file of the diff and on a line that its hunks show. */
async function refuseComment(repository: Repository, issue: PullIssue, comment: NewReviewComment): Promise<void> {
  const head = await headSha(repository, issue.number);
  const base = (await repository.git.mergeBase(`refs/heads/${issue.pull.baseBranch}`, head)) ?? head;
  const file = (await repository.git.changedFiles(base, head)).find(({ filename }) => filename === comment.path);
  if (file === undefined) throw unprocessable('Path could not be resolved');
  if (comment.subject === 'file') return;
  const line = comment.line ?? 0;
  if (!shownLines(file.patch ?? '', comment.side ?? 'RIGHT').has(line)) throw unprocessable('Line could not be resolved');
}

/** Line numbers that a patch's hunks show on one side. */
export function shownLines(patch: string, side: 'LEFT' | 'RIGHT'): Set<number> {
  const shown = new Set<number>();
  const [other, mine] = side === 'RIGHT' ? ['-', '+'] : ['+', '-'];
  let line = 0;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk !== null) line = Number(side === 'RIGHT' ? hunk[2] : hunk[1]);
    else if (!text.startsWith(other) && !text.startsWith('\\') && (text.startsWith(mine) || text.startsWith(' ') || text === '')) {
      shown.add(line);
      line += 1;
    }
  }
  return shown;
}

async function submitted(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  review: Review,
  comments: ReviewComment[],
): Promise<void> {
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((login) => login !== actor.login);
  touch(world, issue);
  world.did(repository, actor, 'pull.review.submitted', `#${issue.number}`, review.state);
  await tellReview(world, repository, actor, issue, review, 'submitted');
  for (const comment of comments) await tellReviewComment(world, repository, actor, issue, comment, 'created');
}

export async function submitReview(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  review: Review,
  event: ReviewEvent,
  body?: string,
): Promise<void> {
  if (review.state !== 'PENDING') throw unprocessable('Can not submit a review that has already been submitted');
  refuseReview(issue, actor, { event, body: body ?? review.body, comments: [] });
  Object.assign(review, { state: STATE_OF[event], submittedAt: world.now(), ...(body === undefined ? {} : { body }) });
  await submitted(
    world,
    repository,
    actor,
    issue,
    review,
    repository.data.reviewComments.filter((comment) => comment.review === review.id),
  );
}

export async function editReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, review: Review, body: string): Promise<void> {
  const before = review.body;
  review.body = body;
  world.did(repository, actor, 'pull.review.edited', `#${issue.number}`, markerOf(body));
  await tellReview(world, repository, actor, issue, review, 'edited', { changes: { body: { from: before } } });
}

export async function dismissReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, review: Review): Promise<void> {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED') throw unprocessable('Can not dismiss a commented pull request review');
  review.state = 'DISMISSED';
  world.did(repository, actor, 'pull.review.dismissed', `#${issue.number}`, review.author);
  await tellReview(world, repository, actor, issue, review, 'dismissed');
}

/** Webhooks write the state small, the API large. */
async function tellReview(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  review: Review,
  action: string,
  more: Json = {},
): Promise<void> {
  const shown = { ...showReview(world, repository, review), state: review.state.toLowerCase() };
  world.emit(repository, actor, 'pull_request_review', action, { review: shown, pull_request: await showPull(world, repository, issue), ...more });
}

function addReviewComment(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  review: Review,
  wish: NewReviewComment,
  replyTo: number | null = null,
): ReviewComment {
  const now = world.now();
  const comment: ReviewComment = {
    id: world.nextId(),
    pull: issue.number,
    review: review.id,
    author: actor.login,
    body: wish.body,
    path: wish.path,
    line: wish.line ?? null,
    startLine: wish.startLine ?? null,
    side: wish.side ?? 'RIGHT',
    subject: wish.subject ?? 'line',
    commitSha: review.commitSha,
    inReplyTo: replyTo,
    createdAt: now,
    updatedAt: now,
    resolvedBy: null,
  };
  repository.data.reviewComments.push(comment);
  world.did(repository, actor, 'pull.review_comment.created', `#${issue.number}`, markerOf(wish.body));
  return comment;
}

/** A single comment on a line: a review of its own, as GitHub keeps it. */
export async function commentOnLine(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  wish: NewReviewComment,
  commitSha: string,
): Promise<ReviewComment> {
  await refuseComment(repository, issue, wish);
  const review = ownReview(world, repository, actor, issue, commitSha);
  const comment = addReviewComment(world, repository, actor, issue, review, wish);
  await tellReviewComment(world, repository, actor, issue, comment, 'created');
  return comment;
}

export async function replyToComment(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  to: ReviewComment,
  body: string,
): Promise<ReviewComment> {
  if (body === '') throw invalid('PullRequestReviewComment', 'body', 'missing_field');
  const root = to.inReplyTo ?? to.id;
  const review = ownReview(world, repository, actor, issue, to.commitSha);
  const wish = { path: to.path, line: to.line, startLine: to.startLine, side: to.side, subject: to.subject, body };
  const comment = addReviewComment(world, repository, actor, issue, review, wish, root);
  await tellReviewComment(world, repository, actor, issue, comment, 'created');
  return comment;
}

function ownReview(world: World, repository: Repository, actor: Actor, issue: PullIssue, commitSha: string): Review {
  const review: Review = {
    id: world.nextId(),
    pull: issue.number,
    author: actor.login,
    state: 'COMMENTED',
    body: '',
    commitSha,
    submittedAt: world.now(),
  };
  repository.data.reviews.push(review);
  return review;
}

export async function editReviewComment(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  comment: ReviewComment,
  body: string,
): Promise<void> {
  const before = comment.body;
  Object.assign(comment, { body, updatedAt: world.now() });
  world.did(repository, actor, 'pull.review_comment.edited', `#${issue.number}`, markerOf(body));
  await tellReviewComment(world, repository, actor, issue, comment, 'edited', { changes: { body: { from: before } } });
}

export async function deleteReviewComment(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  comment: ReviewComment,
): Promise<void> {
  repository.data.reviewComments.splice(repository.data.reviewComments.indexOf(comment), 1);
  world.did(repository, actor, 'pull.review_comment.deleted', `#${issue.number}`, markerOf(comment.body));
  await tellReviewComment(world, repository, actor, issue, comment, 'deleted');
}

async function tellReviewComment(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  comment: ReviewComment,
  action: string,
  more: Json = {},
): Promise<void> {
  const fields = { comment: showReviewComment(world, repository, comment), pull_request: await showPull(world, repository, issue), ...more };
  world.emit(repository, actor, 'pull_request_review_comment', action, fields);
}

/** A thread is its first comment and the answers to it. */
export function threadOf(repository: Repository, root: ReviewComment): ReviewComment[] {
  return repository.data.reviewComments.filter((comment) => comment.id === root.id || comment.inReplyTo === root.id);
}

export async function resolveThread(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: PullIssue,
  root: ReviewComment,
  resolved: boolean,
): Promise<void> {
  if ((root.resolvedBy !== null) === resolved) return;
  root.resolvedBy = resolved ? actor.login : null;
  world.did(repository, actor, resolved ? 'pull.thread.resolved' : 'pull.thread.unresolved', `#${issue.number}`, markerOf(root.body));
  const thread = {
    node_id: nodeId('PRRT', root.id),
    comments: threadOf(repository, root).map((comment) => showReviewComment(world, repository, comment)),
  };
  const action = resolved ? 'resolved' : 'unresolved';
  world.emit(repository, actor, 'pull_request_review_thread', action, { thread, pull_request: await showPull(world, repository, issue) });
}
