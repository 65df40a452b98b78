import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Courier } from './deliver.ts';
import { changeLabels, toCommentFact, toItemEvent, withMarker, type UrlOf } from './map.ts';
import type { Change, Comment, Item } from './schema.ts';
import { commentByMarker, insertComment, saveComment } from './store.comments.ts';
import * as store from './store.ts';
import type { Db, Tx } from './store.ts';

/** What the operations of the embedded forge share. */
export interface LocalContext {
  db: Db;
  clock: Clock;
  ids: Ids;
  urlOf: UrlOf;
  courier: Courier;
}

/** Runs one change and then hands over the events it wrote. */
export async function change<T>(context: LocalContext, work: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await context.db.tx(work);
  await context.courier.flush();
  return result;
}

export interface NewIssue {
  title: string;
  body: string;
  labels: string[];
  author: string;
  /** The same marker again answers the first issue. */
  marker: string | null;
}

export async function createIssue(context: LocalContext, repository: string, issue: NewIssue): Promise<Item> {
  const body = withMarker(issue.body, issue.marker);
  if (issue.title.trim() === '') throw new AppError('invalid', 'An issue needs a title.');
  return change(context, async (tx) => {
    await store.lockRepository(tx, repository);
    const known = issue.marker === null ? undefined : await store.itemByMarker(tx, repository, 'issue', issue.marker);
    if (known !== undefined) return known;
    const item = await store.insertItem(tx, {
      repository,
      body,
      number: await store.takeNumber(tx, repository),
      kind: 'issue',
      title: issue.title,
      author: issue.author,
      assignees: [],
      labels: [...new Set(issue.labels)],
      marker: issue.marker,
      draft: false,
      headBranch: null,
      baseBranch: null,
      headSha: null,
      at: context.clock.now(),
    });
    await store.putDelivery(tx, toItemEvent(item, 'opened', issue.author, context.urlOf));
    for (const label of item.labels) await store.putDelivery(tx, toItemEvent(item, 'labeled', issue.author, context.urlOf, { label }));
    return item;
  });
}

/** Changes title and text; the same again changes nothing. */
export async function editItem(
  context: LocalContext,
  at: { repository: string; number: number },
  edit: { title?: string; body?: string },
  actor: string,
): Promise<Item> {
  return change(context, async (tx) => {
    const item = await store.lockItem(tx, at.repository, at.number);
    const wanted = { title: edit.title ?? item.title, body: edit.body ?? item.body };
    if (wanted.title === item.title && wanted.body === item.body) return item;
    const saved = await store.saveItem(tx, item, wanted, context.clock.now());
    await store.putDelivery(tx, toItemEvent(saved, 'edited', actor, context.urlOf));
    return saved;
  });
}

/** Replaces the text of an issue that nobody has changed since it was read. */
export async function editIssueBody(
  context: LocalContext,
  at: { repository: string; number: number },
  edit: { from: string; to: string },
  actor: string,
): Promise<Item> {
  return change(context, async (tx) => {
    const item = await lockIssue(tx, at);
    if (item.body === edit.to) return item;
    if (item.body !== edit.from) throw new AppError('conflict', `The text of issue ${at.number} was changed meanwhile.`, { code: 'body_moved' });
    const saved = await store.saveItem(tx, item, { body: edit.to }, context.clock.now());
    await store.putDelivery(tx, toItemEvent(saved, 'edited', actor, context.urlOf));
    return saved;
  });
}

export async function setLabels(
  context: LocalContext,
  at: { repository: string; number: number },
  wanted: { add: string[]; remove: string[] },
  actor: string,
): Promise<Item> {
  return change(context, async (tx) => setLabelsIn(context, tx, await store.lockItem(tx, at.repository, at.number), wanted, actor));
}

export async function setLabelsIn(
  context: LocalContext,
  tx: Tx,
  item: Item,
  wanted: { add: string[]; remove: string[] },
  actor: string,
): Promise<Item> {
  const { labels, added, removed } = changeLabels(item.labels, wanted);
  if (added.length === 0 && removed.length === 0) return item;
  const saved = await store.saveItem(tx, item, { labels }, context.clock.now());
  for (const label of removed) await store.putDelivery(tx, toItemEvent(saved, 'unlabeled', actor, context.urlOf, { label }));
  for (const label of added) await store.putDelivery(tx, toItemEvent(saved, 'labeled', actor, context.urlOf, { label }));
  return saved;
}

export async function setAssignees(
  context: LocalContext,
  at: { repository: string; number: number },
  assignees: string[],
  actor: string,
): Promise<Item> {
  return change(context, async (tx) => {
    const item = await store.lockItem(tx, at.repository, at.number);
    const wanted = [...new Set(assignees)];
    if (wanted.join('\n') === item.assignees.join('\n')) return item;
    const saved = await store.saveItem(tx, item, { assignees: wanted }, context.clock.now());
    if (saved.kind === 'issue') await store.putDelivery(tx, toItemEvent(saved, 'assigned', actor, context.urlOf));
    return saved;
  });
}

type Ending = { state: 'open' } | { state: 'closed'; reason: 'completed' | 'not_planned' | 'duplicate' };

/** Closes or reopens an issue; in that state already: nothing happens, and the first reason stays. */
export async function setIssueState(context: LocalContext, at: { repository: string; number: number }, ending: Ending, actor: string): Promise<Item> {
  return change(context, async (tx) => setIssueStateIn(context, tx, await lockIssue(tx, at), ending, actor));
}

export async function setIssueStateIn(context: LocalContext, tx: Tx, item: Item, ending: Ending, actor: string): Promise<Item> {
  if (item.state === ending.state) return item;
  const closed = ending.state === 'closed';
  const wanted: Change = { state: ending.state, closeReason: closed ? ending.reason : null, endedBy: closed ? actor : null };
  const saved = await store.saveItem(tx, item, wanted, context.clock.now());
  await store.putDelivery(tx, toItemEvent(saved, closed ? 'closed' : 'reopened', actor, context.urlOf));
  return saved;
}

async function lockIssue(tx: Tx, at: { repository: string; number: number }): Promise<Item> {
  const item = await store.lockItem(tx, at.repository, at.number);
  if (item.kind === 'issue') return item;
  throw new AppError('not_found', `${at.repository} has no issue ${at.number}: it is a pull request.`);
}

/** Adds a comment, or with a marker known on this item: edits that one in place. */
export async function putComment(
  context: LocalContext,
  at: { repository: string; number: number },
  comment: { body: string; marker: string | null; author: string },
): Promise<Comment> {
  const body = withMarker(comment.body, comment.marker);
  return change(context, async (tx) => {
    const item = await store.lockItem(tx, at.repository, at.number);
    const now = context.clock.now();
    const known = comment.marker === null ? undefined : await commentByMarker(tx, at.repository, at.number, comment.marker);
    if (known !== undefined) {
      if (known.body !== body) await saveComment(tx, known.id, body, now);
      return { ...known, body };
    }
    const { author, marker } = comment;
    const made = await insertComment(tx, { id: context.ids.next('comment'), ...at, author, body, marker, at: now });
    const saved = await store.saveItem(tx, item, {}, now);
    await store.putDelivery(tx, toItemEvent(saved, 'commented', author, context.urlOf, { comment: toCommentFact(made) }));
    return made;
  });
}
