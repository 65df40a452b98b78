import { created, listOf, noContent, notFound, ok, Refusal } from './answer.ts';
import { editIssue, reopenIssue } from './issues.ts';
import { showUser } from './present.accounts.ts';
import { showCommit, showFile } from './present.commits.ts';
import { baseSha, headSha, showFullPull, showPull, showReview, showReviewComment, type Mergeability } from './present.pulls.ts';
import { changeBase, computeMergeability, createPull, mergePull, pullOf, requestReviewers, unrequestReviewers, type MergeWish } from './pulls.ts';
import { closePull } from './refs.ts';
import {
  commentOnLine,
  createReview,
  deleteReviewComment,
  dismissReview,
  editReview,
  editReviewComment,
  replyToComment,
  submitReview,
  type NewReviewComment,
  type ReviewEvent,
} from './reviews.ts';
import { flag, has, number, repo, text, texts, type RepositoryCall, type Route } from './route.ts';
import type { Json, PullIssue, Review, ReviewComment } from './state.ts';
import { isPull } from './issues.ts';

const READ = 'pull_requests:read';
const WRITE = 'pull_requests:write';
const UNKNOWN: Mergeability = { mergeable: null, state: 'unknown' };

const thePull = ({ repository, params }: RepositoryCall): PullIssue => pullOf(repository, number(params, 'pull_number'));

function theReview({ repository, params }: RepositoryCall): Review {
  const review = repository.data.reviews.find(({ id, pull }) => id === number(params, 'review_id') && pull === number(params, 'pull_number'));
  if (review === undefined) throw notFound();
  return review;
}

function theReviewComment({ repository, params }: RepositoryCall): ReviewComment {
  const comment = repository.data.reviewComments.find(({ id }) => id === number(params, 'comment_id'));
  if (comment === undefined) throw notFound();
  return comment;
}

function listPulls({ world, repository, query }: RepositoryCall) {
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  // "Filter pulls by head user … in the format of `user:ref-name`": without the user the filter is not applied.
  const branch = head?.includes(':') === true ? head.slice(head.indexOf(':') + 1) : null;
  const owner = head?.includes(':') === true ? head.slice(0, head.indexOf(':')) : null;
  const found = repository.data.issues
    .filter(isPull)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter(({ pull }) => branch === null || (pull.headBranch === branch && owner?.toLowerCase() === repository.data.owner.toLowerCase()))
    .filter(({ pull }) => base === null || pull.baseBranch === base)
    .toSorted((a, b) => (query.get('sort') === 'updated' ? a.updatedAt.localeCompare(b.updatedAt) : 0) || a.number - b.number);
  const newestFirst = (query.get('direction') ?? (query.get('sort') === null || query.get('sort') === 'created' ? 'desc' : 'asc')) === 'desc';
  return listOf(newestFirst ? found.toReversed() : found, (issue) => showPull(world, repository, issue));
}

async function create({ world, repository, actor, body }: RepositoryCall) {
  const wish = {
    title: text(body, 'title') ?? '',
    body: text(body, 'body') ?? null,
    head: text(body, 'head') ?? '',
    base: text(body, 'base') ?? '',
    draft: flag(body, 'draft'),
  };
  const issue = await createPull(world, repository, actor, wish);
  return created(await showFullPull(world, repository, issue, UNKNOWN));
}

async function read(call: RepositoryCall) {
  const issue = thePull(call);
  const mergeability = await computeMergeability(call.world, call.repository, issue);
  return ok(await showFullPull(call.world, call.repository, issue, mergeability));
}

async function update(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const issue = thePull(call);
  const title = text(body, 'title');
  await editIssue(world, repository, actor, issue, {
    ...(title === undefined ? {} : { title }),
    ...(has(body, 'body') ? { body: text(body, 'body') ?? null } : {}),
  });
  const base = text(body, 'base');
  if (base !== undefined) await changeBase(world, repository, actor, issue, base);
  if (text(body, 'state') === 'closed' && issue.state === 'open') await closePull(world, repository, actor, issue);
  if (text(body, 'state') === 'open') await reopenIssue(world, repository, actor, issue);
  return ok(await showFullPull(world, repository, issue, UNKNOWN));
}

async function merge(call: RepositoryCall) {
  const { body } = call;
  const wish: MergeWish = {
    sha: text(body, 'sha'),
    method: text(body, 'merge_method') as MergeWish['method'],
    title: text(body, 'commit_title'),
    message: text(body, 'commit_message'),
  };
  const sha = await mergePull(call.world, call.repository, call.actor, thePull(call), wish);
  return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
}

async function listFiles(call: RepositoryCall) {
  const { world, repository } = call;
  const issue = thePull(call);
  const head = await headSha(repository, issue.number);
  const start = await startOf(call, issue, head);
  return listOf(await repository.git.changedFiles(start, head), (file) => showFile(world, repository, head, file));
}

async function startOf({ repository }: RepositoryCall, issue: PullIssue, head: string): Promise<string> {
  const base = await baseSha(repository, issue);
  return (await repository.git.mergeBase(base, head)) ?? base;
}

async function listCommits(call: RepositoryCall) {
  const { world, repository } = call;
  const issue = thePull(call);
  const head = await headSha(repository, issue.number);
  const commits = await repository.git.log(['--reverse', `${await startOf(call, issue, head)}..${head}`]);
  return listOf(commits, (commit) => showCommit(world, repository, commit));
}

function commentWish(body: Json): NewReviewComment {
  const line = typeof body['line'] === 'number' ? body['line'] : null;
  const startLine = typeof body['start_line'] === 'number' ? body['start_line'] : null;
  const side = body['side'] === 'LEFT' ? 'LEFT' : 'RIGHT';
  return {
    path: text(body, 'path') ?? '',
    body: text(body, 'body') ?? '',
    line,
    startLine,
    side,
    subject: body['subject_type'] === 'file' ? 'file' : 'line',
  };
}

async function review(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const comments = Array.isArray(body['comments']) ? (body['comments'] as Json[]).map(commentWish) : [];
  const wish = { event: text(body, 'event') as ReviewEvent | undefined, body: text(body, 'body'), commitSha: text(body, 'commit_id'), comments };
  return ok(showReview(world, repository, await createReview(world, repository, actor, thePull(call), wish)));
}

async function reviewersAnswer(call: RepositoryCall, status: number) {
  return { status, body: await showPull(call.world, call.repository, thePull(call)) };
}

const reviewRoutes: Route[] = [
  repo('GET', '/pulls/{pull_number}/reviews', READ, (call) => {
    const { world, repository, actor } = call;
    const issue = thePull(call);
    // A pending review is seen by its author alone.
    const found = repository.data.reviews.filter(
      ({ pull, state, author }) => pull === issue.number && (state !== 'PENDING' || author === actor.login),
    );
    return listOf(found, (one) => showReview(world, repository, one));
  }),
  repo('POST', '/pulls/{pull_number}/reviews', WRITE, review, 'read'),
  repo('GET', '/pulls/{pull_number}/reviews/{review_id}', READ, (call) => ok(showReview(call.world, call.repository, theReview(call)))),
  repo(
    'PUT',
    '/pulls/{pull_number}/reviews/{review_id}',
    WRITE,
    async (call) => {
      const found = theReview(call);
      if (found.author !== call.actor.login) throw new Refusal(403, 'Must be the author of the review to update it.');
      await editReview(call.world, call.repository, call.actor, thePull(call), found, text(call.body, 'body') ?? '');
      return ok(showReview(call.world, call.repository, found));
    },
    'read',
  ),
  repo(
    'DELETE',
    '/pulls/{pull_number}/reviews/{review_id}',
    WRITE,
    (call) => {
      const found = theReview(call);
      if (found.state !== 'PENDING') throw new Refusal(422, 'Unprocessable Entity', { errors: ['Can not delete a non-pending pull request review'] });
      call.repository.data.reviews.splice(call.repository.data.reviews.indexOf(found), 1);
      return ok(showReview(call.world, call.repository, found));
    },
    'read',
  ),
  repo('GET', '/pulls/{pull_number}/reviews/{review_id}/comments', READ, (call) => {
    const found = theReview(call);
    return listOf(
      call.repository.data.reviewComments.filter((comment) => comment.review === found.id),
      (comment) => showReviewComment(call.world, call.repository, comment),
    );
  }),
  repo('PUT', '/pulls/{pull_number}/reviews/{review_id}/dismissals', WRITE, async (call) => {
    await dismissReview(call.world, call.repository, call.actor, thePull(call), theReview(call));
    return ok(showReview(call.world, call.repository, theReview(call)));
  }),
  repo(
    'POST',
    '/pulls/{pull_number}/reviews/{review_id}/events',
    WRITE,
    async (call) => {
      const event = text(call.body, 'event') as ReviewEvent;
      await submitReview(call.world, call.repository, call.actor, thePull(call), theReview(call), event, text(call.body, 'body'));
      return ok(showReview(call.world, call.repository, theReview(call)));
    },
    'read',
  ),
];

const commentRoutes: Route[] = [
  repo('GET', '/pulls/comments', READ, ({ world, repository }) =>
    listOf(repository.data.reviewComments, (comment) => showReviewComment(world, repository, comment)),
  ),
  repo('GET', '/pulls/comments/{comment_id}', READ, (call) => ok(showReviewComment(call.world, call.repository, theReviewComment(call)))),
  repo(
    'PATCH',
    '/pulls/comments/{comment_id}',
    WRITE,
    async (call) => {
      const comment = theReviewComment(call);
      await editReviewComment(call.world, call.repository, call.actor, pullOf(call.repository, comment.pull), comment, text(call.body, 'body') ?? '');
      return ok(showReviewComment(call.world, call.repository, comment));
    },
    'read',
  ),
  repo(
    'DELETE',
    '/pulls/comments/{comment_id}',
    WRITE,
    async (call) => {
      const comment = theReviewComment(call);
      await deleteReviewComment(call.world, call.repository, call.actor, pullOf(call.repository, comment.pull), comment);
      return noContent();
    },
    'read',
  ),
  repo('GET', '/pulls/{pull_number}/comments', READ, (call) => {
    const issue = thePull(call);
    return listOf(
      call.repository.data.reviewComments.filter(({ pull }) => pull === issue.number),
      (comment) => showReviewComment(call.world, call.repository, comment),
    );
  }),
  repo(
    'POST',
    '/pulls/{pull_number}/comments',
    WRITE,
    async (call) => {
      const { world, repository, actor, body } = call;
      const comment = await commentOnLine(world, repository, actor, thePull(call), commentWish(body), text(body, 'commit_id') ?? '');
      return created(showReviewComment(world, repository, comment));
    },
    'read',
  ),
  repo(
    'POST',
    '/pulls/{pull_number}/comments/{comment_id}/replies',
    WRITE,
    async (call) => {
      const { world, repository, actor, body } = call;
      const comment = await replyToComment(world, repository, actor, thePull(call), theReviewComment(call), text(body, 'body') ?? '');
      return created(showReviewComment(world, repository, comment));
    },
    'read',
  ),
];

export const PULL_ROUTES: Route[] = [
  repo('GET', '/pulls', READ, listPulls),
  repo('POST', '/pulls', WRITE, create),
  ...commentRoutes,
  repo('GET', '/pulls/{pull_number}', READ, read),
  repo('PATCH', '/pulls/{pull_number}', WRITE, update),
  repo('GET', '/pulls/{pull_number}/merge', READ, (call) => {
    if (thePull(call).pull.mergedAt === null) throw notFound();
    return noContent();
  }),
  repo('PUT', '/pulls/{pull_number}/merge', 'contents:write', merge),
  repo('GET', '/pulls/{pull_number}/files', READ, listFiles),
  repo('GET', '/pulls/{pull_number}/commits', READ, listCommits),
  repo('GET', '/pulls/{pull_number}/requested_reviewers', READ, (call) =>
    ok({ users: thePull(call).pull.requestedReviewers.map((login) => showUser(call.world, login)), teams: [] }),
  ),
  repo('POST', '/pulls/{pull_number}/requested_reviewers', WRITE, async (call) => {
    await requestReviewers(call.world, call.repository, call.actor, thePull(call), texts(call.body, 'reviewers'));
    return reviewersAnswer(call, 201);
  }),
  repo('DELETE', '/pulls/{pull_number}/requested_reviewers', WRITE, async (call) => {
    await unrequestReviewers(call.world, call.repository, call.actor, thePull(call), texts(call.body, 'reviewers'));
    return reviewersAnswer(call, 200);
  }),
  ...reviewRoutes,
];
