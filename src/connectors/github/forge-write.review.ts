import { createHash } from 'node:crypto';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { NewReview } from '#ports/forge-write.ts';
import { writingOn, type On, type WriteContext, type Writing } from './client.repository.ts';
import { handedIn } from './forge-read.review.ts';
import { threadOf } from './forge-read.threads.ts';
import { hasMarker, withMarker } from './map.marker.ts';
import { isSameLogin } from './map.pull.ts';
import { REPLY_TO_THREAD, RESOLVE_THREAD } from './schema.graphql.ts';
import { Anything, Review, ReviewComment, ThreadReplied, ThreadResolved } from './schema.rest.ts';

type Context = Pick<WriteContext, 'auth' | 'turns'>;
type Remark = NewReview['comments'][number];

interface Place {
  on: Writing;
  number: number;
  login: string;
}

/**
 * One review of ours per marker, with the event COMMENT: GitHub counts it for nothing. A later call adds the remarks that are not there yet and edits
 * its text. GitHub may show a list as it was a moment ago: after a review was made the list is read again, and of two with one marker
 * the older stays. (A review that was handed in cannot be deleted: the other one's text then says where to read.) The list of remarks is not asked
 * where it need not be: the whole text is written with them or after them, so where it stands they do as well.
 */
export function putReview(context: Context, repo: RepoRef, number: number, review: NewReview): Promise<{ id: string; refused: string[] }> {
  const body = wholeText(review);
  return context.turns(`${repo.name} ${number} review ${review.marker}`, async () => {
    const place = { on: await writingOn(context, repo, 'pulls'), number, login: await context.auth.ownLogin() };
    const [known] = await ownWith(place, review.marker);
    if (known !== undefined) return complete(place, known, review, body);
    const made = await create(place, review, body);
    const [first = made, ...later] = await ownWith(place, review.marker);
    for (const { id } of later) await edit(place, id, '_See the review above._');
    if (made.body !== body) return complete(place, first, review, body);
    if (first.body !== body) await edit(place, first.id, body);
    return { id: String(first.id), refused: [] };
  });
}

/** With a mark of its remarks, so that a text for others is another one. */
function wholeText({ body, marker, comments }: NewReview): string {
  const text = withMarker(body, marker);
  if (comments.length === 0) return text;
  const remarks = createHash('sha256').update(JSON.stringify(comments.map((remark) => remark.marker)));
  return withMarker(text, `reeve:remarks:${remarks.digest('hex').slice(0, 16)}`);
}

async function complete(place: Place, known: Review, review: NewReview, body: string): Promise<{ id: string; refused: string[] }> {
  const id = String(known.id);
  if (known.body === body) return { id, refused: [] };
  const refused = await addMissing(place, review);
  await edit(place, known.id, body);
  return { id, refused };
}

/**
 * With all remarks at once: people are told of it once. One that stands on no line of the diff would refuse the whole: then it is made without them,
 * and without the whole text, and they are added one by one.
 */
async function create({ on, number }: Place, review: NewReview, body: string): Promise<Review> {
  const at = { ...on.name, pull_number: number, commit_id: review.headSha, event: 'COMMENT' };
  const comments = review.comments.map((remark) => ({
    path: remark.path,
    line: remark.line,
    side: 'RIGHT',
    body: withMarker(remark.body, remark.marker),
  }));
  const make = (more: object) => on.write.write('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...at, ...more }, Review);
  if (comments.length === 0) return { ...(await make({ body })), body };
  try {
    return { ...(await make({ body, comments })), body };
  } catch (error) {
    if (!isUnplaced(error)) throw error;
    return make({ body: withMarker(review.body, review.marker) });
  }
}

async function edit({ on, number }: Place, id: number, body: string): Promise<void> {
  const at = { ...on.name, pull_number: number, review_id: id, body };
  await on.write.write('PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}', at, Anything);
}

/** Answers the markers of those that GitHub takes on no line. */
async function addMissing(place: Place, review: NewReview): Promise<string[]> {
  if (review.comments.length === 0) return [];
  const there = await ownRemarks(place);
  const refused: string[] = [];
  for (const remark of review.comments) {
    if (there.some(({ body }) => hasMarker(body, remark.marker))) continue;
    if (!(await add(place, review.headSha, remark))) refused.push(remark.marker);
  }
  return refused;
}

async function add({ on, number }: Place, headSha: string, remark: Remark): Promise<boolean> {
  const { path, line } = remark;
  const at = { ...on.name, pull_number: number, commit_id: headSha, path, line, side: 'RIGHT', body: withMarker(remark.body, remark.marker) };
  try {
    await on.write.write('POST /repos/{owner}/{repo}/pulls/{pull_number}/comments', at, Anything);
    return true;
  } catch (error) {
    if (isUnplaced(error)) return false;
    throw error;
  }
}

/** https://docs.github.com/en/rest/pulls/comments: a path or line that the diff does not show is a 422. */
function isUnplaced(error: unknown): boolean {
  return isAppError(error, 'conflict') && error.detail['status'] === 422;
}

/** Oldest first. */
async function ownWith({ on, number, login }: Place, marker: string): Promise<Review[]> {
  const all = await handedIn(on.read, number);
  return all.filter(({ user, body }) => isSameLogin(user, login) && hasMarker(body, marker)).toSorted((a, b) => a.id - b.id);
}

async function ownRemarks({ on, number, login }: Place): Promise<ReviewComment[]> {
  const { client, name }: On = on.read;
  const all = await client.list('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...name, pull_number: number }, ReviewComment);
  return all.filter(({ user }) => isSameLogin(user, login));
}

/** One answer of ours per marker. */
export function replyToThread(context: Context, repo: RepoRef, reply: { threadId: string; body: string; marker: string }): Promise<{ id: string }> {
  const { threadId, marker } = reply;
  const body = withMarker(reply.body, marker);
  return context.turns(`${repo.name} thread ${threadId}`, async () => {
    const on = await writingOn(context, repo, 'pulls');
    const login = await context.auth.ownLogin();
    const thread = await threadOf(on.read, threadId);
    const known = thread.comments.find((comment) => isSameLogin(comment.author, login) && hasMarker(comment.body, marker));
    if (known !== undefined) return { id: known.id };
    const made = await on.write.mutate(REPLY_TO_THREAD, { threadId, body }, ThreadReplied);
    return { id: String(made.addPullRequestReviewThreadReply.comment?.fullDatabaseId ?? '') };
  });
}

/** Needs write access to contents, whatever one would expect: https://github.com/orgs/community/discussions/44650 */
export async function resolveThread(context: Context, repo: RepoRef, threadId: string): Promise<void> {
  const on = await writingOn(context, repo, 'merge');
  if ((await threadOf(on.read, threadId)).resolved) return;
  const done = await on.write.mutate(RESOLVE_THREAD, { threadId }, ThreadResolved);
  if (done.resolveReviewThread.thread?.isResolved === true) return;
  throw new AppError('unavailable', `The conversation ${threadId} is still open.`, { code: 'github_thread' });
}
