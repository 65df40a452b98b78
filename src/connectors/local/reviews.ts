import { shownLines } from '#kernel/diff-lines.ts';
import { AppError } from '#kernel/errors.ts';
import type { PullReview, ReviewThread } from '#ports/forge-read.ts';
import type { NewReview } from '#ports/forge-write.ts';
import { ownHeadOf } from './client.refs.ts';
import { change } from './issues.ts';
import { REEVE_LOGIN, toItemEvent, withMarker } from './map.ts';
import type { PullContext } from './pulls.ts';
import type { Item, Remark, Review } from './schema.ts';
import * as store from './store.ts';
import type { Tx } from './store.ts';
import { deleteReviewer } from './store.reviewers.ts';
import { endThread, insertRemark, insertReview, remarksOf, reviewsOf, saveReview } from './store.reviews.ts';

export interface PullPlace {
  repository: string;
  number: number;
}

/** One review per marker; remarks stand on lines that the diff shows, others are refused by their marker. */
export async function putReview(context: PullContext, at: PullPlace, review: NewReview): Promise<{ id: string; refused: string[] }> {
  const shown = await shownOn(context, at, review.headSha, review.comments);
  return change(context, async (tx) => {
    const pull = await lockPull(tx, at);
    const now = context.clock.now();
    const body = withMarker(review.body, review.marker);
    const [known] = await reviewsOf(tx, at.repository, at.number, review.marker);
    const id = known?.id ?? context.ids.next('comment');
    if (known === undefined) {
      const made = { ...at, id, body, author: REEVE_LOGIN, verdict: 'commented' as const, headSha: review.headSha, marker: review.marker };
      await insertReview(tx, made, now);
      await tellReview(context, tx, pull, made);
    } else if (known.body !== body) await saveReview(tx, id, body, now);
    const there = new Set((await remarksOf(tx, at.repository, at.number)).map(({ marker }) => marker));
    const missing = review.comments.filter(({ marker }) => !there.has(marker));
    const placed = missing.filter(({ path, line }) => shown.get(path)?.has(line) === true);
    for (const { path, line, marker, body: text } of placed)
      await insertRemark(
        tx,
        {
          ...at,
          id: context.ids.next('comment'),
          replyTo: null,
          author: REEVE_LOGIN,
          path,
          line,
          body: withMarker(text, marker),
          headSha: review.headSha,
          marker,
        },
        now,
      );
    return { id, refused: missing.filter((remark) => !placed.includes(remark)).map(({ marker }) => marker) };
  });
}

/** What a person says of a pull request as a whole, and beside its lines. AppError invalid `line_not_in_diff`. */
export async function reviewByHand(
  context: PullContext,
  at: PullPlace,
  review: {
    by: string;
    verdict: Exclude<Review['verdict'], 'dismissed'>;
    body: string;
    comments: ReadonlyArray<{ path: string; line: number; body: string }>;
  },
): Promise<{ id: string }> {
  const headSha = await headOf(context, await requirePull(context, at));
  const shown = await shownOn(context, at, headSha, review.comments);
  const astray = review.comments.find(({ path, line }) => shown.get(path)?.has(line) !== true);
  if (astray !== undefined)
    throw new AppError('invalid', `${astray.path}:${astray.line} is not in the diff of pull request ${at.number}.`, { code: 'line_not_in_diff' });
  return change(context, async (tx) => {
    const pull = await lockPull(tx, at);
    const now = context.clock.now();
    const made = { ...at, id: context.ids.next('comment'), author: review.by, verdict: review.verdict, body: review.body, headSha, marker: null };
    await insertReview(tx, made, now);
    await deleteReviewer(tx, at, review.by);
    for (const { path, line, body } of review.comments)
      await insertRemark(
        tx,
        { ...at, id: context.ids.next('comment'), replyTo: null, author: review.by, path, line, body, headSha, marker: null },
        now,
      );
    await tellReview(context, tx, pull, made);
    return { id: made.id };
  });
}

export async function replyToThread(
  context: PullContext,
  at: PullPlace,
  reply: { threadId: string; body: string; marker: string | null; by: string },
): Promise<{ id: string }> {
  return change(context, async (tx) => {
    await lockPull(tx, at);
    const all = await remarksOf(tx, at.repository, at.number);
    const root = rootOf(all, at, reply.threadId);
    const known = reply.marker === null ? undefined : all.find(({ marker }) => marker === reply.marker);
    if (known !== undefined) return { id: known.id };
    const id = context.ids.next('comment');
    const { path, line, headSha } = root;
    const body = withMarker(reply.body, reply.marker);
    await insertRemark(tx, { ...at, id, replyTo: root.id, author: reply.by, path, line, body, headSha, marker: reply.marker }, context.clock.now());
    return { id };
  });
}

export async function resolveThread(context: PullContext, at: PullPlace, threadId: string, by: string): Promise<void> {
  await change(context, async (tx) => {
    await lockPull(tx, at);
    const root = rootOf(await remarksOf(tx, at.repository, at.number), at, threadId);
    await endThread(tx, root.id, by);
  });
}

export async function readReviews(context: PullContext, at: PullPlace, marker: string | null): Promise<PullReview[]> {
  const all = await reviewsOf(context.db, at.repository, at.number, marker);
  return all.map(({ id, author, verdict, body, headSha, createdAt }) => ({ id, author, verdict, body, headSha, submittedAt: createdAt }));
}

/** A line of an older head is told as it was: nothing follows it through later commits. */
export async function readThreads(context: PullContext, at: PullPlace): Promise<ReviewThread[]> {
  const pull = await store.itemByNumber(context.db, at.repository, at.number);
  if (pull?.kind !== 'pull') return [];
  const head = await headOf(context, pull);
  const all = await remarksOf(context.db, at.repository, at.number);
  return all
    .filter(({ replyTo }) => replyTo === null)
    .map((root) => ({
      id: root.id,
      path: root.path,
      line: root.line,
      resolved: root.resolvedBy !== null,
      outdated: root.headSha !== head,
      comments: all
        .filter(({ id, replyTo }) => id === root.id || replyTo === root.id)
        .map(({ id, author, body, createdAt }) => ({ id, author, body, createdAt })),
    }));
}

function rootOf(all: readonly Remark[], at: PullPlace, id: string): Remark {
  const root = all.find((remark) => remark.id === id && remark.replyTo === null);
  if (root !== undefined) return root;
  throw new AppError('not_found', `Pull request ${at.number} of ${at.repository} has no conversation ${id}.`);
}

async function tellReview(
  context: PullContext,
  tx: Tx,
  pull: Item,
  review: Pick<Review, 'id' | 'author' | 'verdict' | 'body' | 'headSha'>,
): Promise<void> {
  const { id, author, verdict, body, headSha } = review;
  await store.putDelivery(tx, toItemEvent(pull, 'reviewed', author, context.urlOf, { review: { id, author, verdict, body, head_sha: headSha } }));
}

async function headOf(context: PullContext, pull: Item): Promise<string> {
  const head = pull.state === 'open' ? await ownHeadOf(context.git, context.dirOf(pull.repository), pull.headBranch ?? '') : null;
  return head ?? pull.headSha ?? '';
}

/** The lines that the diff of a head against where its branch began shows on the new side, by path. */
async function shownOn(
  context: PullContext,
  at: PullPlace,
  head: string,
  remarks: ReadonlyArray<{ path: string }>,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const pull = await requirePull(context, at);
  const paths = [...new Set(remarks.map(({ path }) => `:(literal)${path}`))];
  if (paths.length === 0) return new Map();
  const dir = context.dirOf(pull.repository);
  const base = await ownHeadOf(context.git, dir, pull.baseBranch ?? '');
  if (base === null) return new Map();
  const args = ['-c', 'core.quotePath=false', 'diff', '--no-color', '--no-ext-diff', '--no-textconv', `${base}...${head}`, '--', ...paths];
  const { stdout } = await context.git({ dir, args });
  return shownLines(stdout);
}

async function requirePull(context: PullContext, at: PullPlace): Promise<Item> {
  const pull = await store.itemByNumber(context.db, at.repository, at.number);
  if (pull?.kind === 'pull') return pull;
  throw new AppError('not_found', `${at.repository} has no pull request ${at.number}.`);
}

async function lockPull(tx: Tx, at: PullPlace): Promise<Item> {
  const item = await store.lockItem(tx, at.repository, at.number);
  if (item.kind === 'pull') return item;
  throw new AppError('not_found', `${at.repository} has no pull request ${at.number}: it is an issue.`);
}
