import { AppError } from '#kernel/errors.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import type { CommitId } from '#ports/git.ts';
import type { Git } from './client.ts';
import { compareAndSwap, ownHeadOf, isAncestor, mergeOf, refMoved, writeMerge } from './client.refs.ts';
import { change, setIssueStateIn, setLabelsIn, type LocalContext } from './issues.ts';
import { closingNumbers, toItemEvent, toPushEvent, withMarker } from './map.ts';
import type { Change, Item } from './schema.ts';
import { insertReviewer } from './store.reviewers.ts';
import * as store from './store.ts';
import type { Tx } from './store.ts';

/** A context that also knows the repositories on disk. */
export interface PullContext extends LocalContext {
  git: Git;
  dirOf(repository: string): string;
  crashpoint(name: 'pull.merge.before' | 'pull.merge.after'): Promise<void>;
}

type NewPull = Parameters<ForgeWrite['createPull']>[1];

export async function createPull(context: PullContext, repository: string, pull: NewPull, author: string): Promise<Item> {
  const body = withMarker(pull.body, pull.marker);
  return change(context, async (tx) => {
    await store.lockRepository(tx, repository);
    const known =
      (await store.pullByHead(tx, repository, pull.headBranch, ['open'])) ?? (await store.itemByMarker(tx, repository, 'pull', pull.marker));
    if (known !== undefined) return known;
    const headSha = await headToMerge(context, repository, pull);
    const item = await store.insertItem(tx, {
      repository,
      author,
      body,
      headSha,
      number: await store.takeNumber(tx, repository),
      kind: 'pull',
      title: pull.title,
      assignees: [],
      labels: [...new Set(pull.labels)],
      marker: pull.marker,
      draft: pull.draft,
      headBranch: pull.headBranch,
      baseBranch: pull.baseBranch,
      at: context.clock.now(),
    });
    await store.putDelivery(tx, toItemEvent(item, 'opened', author, context.urlOf));
    for (const label of item.labels) await store.putDelivery(tx, toItemEvent(item, 'labeled', author, context.urlOf, { label }));
    return item;
  });
}

async function headToMerge(context: PullContext, repository: string, pull: NewPull): Promise<CommitId> {
  const dir = context.dirOf(repository);
  const [head, base] = await Promise.all([ownHeadOf(context.git, dir, pull.headBranch), ownHeadOf(context.git, dir, pull.baseBranch)]);
  if (head === null) throw new AppError('invalid', `There is no branch ${pull.headBranch}.`, { code: 'unknown_branch' });
  if (base === null) throw new AppError('invalid', `There is no branch ${pull.baseBranch}.`, { code: 'unknown_branch' });
  if (await isAncestor(context.git, dir, head, base)) {
    throw new AppError('refused', `${pull.headBranch} has nothing that ${pull.baseBranch} has not.`, { code: 'nothing_to_merge' });
  }
  return head;
}

export async function updatePull(
  context: PullContext,
  at: { repository: string; number: number },
  wanted: Parameters<ForgeWrite['updatePull']>[2],
  actor: string,
): Promise<Item> {
  return change(context, async (tx) => {
    let pull = await lockPull(tx, at);
    if (wanted.labels !== undefined) {
      const { labels } = wanted;
      pull = await setLabelsIn(context, tx, pull, { add: labels, remove: pull.labels.filter((label) => !labels.includes(label)) }, actor);
    }
    const edit: Change = { title: wanted.title ?? pull.title, body: wanted.body ?? pull.body, draft: wanted.draft ?? pull.draft };
    if (edit.title !== pull.title || edit.body !== pull.body || edit.draft !== pull.draft) {
      pull = await store.saveItem(tx, pull, edit, context.clock.now());
      await store.putDelivery(tx, toItemEvent(pull, 'edited', actor, context.urlOf));
    }
    return wanted.state === 'closed' ? closePull(context, tx, pull, actor) : pull;
  });
}

/** The author of a pull request is not asked, as on any forge; whoever else is named, is. */
export async function requestReviewers(
  context: PullContext,
  at: { repository: string; number: number },
  logins: readonly string[],
): Promise<{ refused: string[] }> {
  return change(context, async (tx) => {
    const pull = await lockPull(tx, at);
    const taken = [...new Set(logins)].filter((login) => login !== pull.author);
    for (const login of taken) await insertReviewer(tx, at, login, context.clock.now());
    return { refused: logins.filter((login) => !taken.includes(login)) };
  });
}

async function closePull(context: PullContext, tx: Tx, pull: Item, actor: string): Promise<Item> {
  if (pull.state === 'closed') return pull;
  if (pull.state === 'merged') throw new AppError('conflict', `Pull request ${pull.number} is merged.`, { code: 'pull_merged' });
  const headSha = (await ownHeadOf(context.git, context.dirOf(pull.repository), pull.headBranch ?? '')) ?? pull.headSha;
  const saved = await store.saveItem(tx, pull, { state: 'closed', headSha, endedBy: actor }, context.clock.now());
  await store.putDelivery(tx, toItemEvent(saved, 'closed', actor, context.urlOf));
  return saved;
}

async function lockPull(tx: Tx, at: { repository: string; number: number }): Promise<Item> {
  const item = await store.lockItem(tx, at.repository, at.number);
  if (item.kind === 'pull') return item;
  throw new AppError('not_found', `${at.repository} has no pull request ${at.number}: it is an issue.`);
}

export interface MergeRequest {
  number: number;
  headSha: CommitId;
  baseSha: CommitId | null;
  message: string;
  /** Login of who merges. */
  by: string;
}

/**
 * Merges with a merge commit made without a checkout. The branch moves by compare-and-swap while the pull request's row is
 * held, and only then is the row written: a crash in between leaves a merge that the next try finds on the branch, so nothing
 * is merged twice. When the base is the default branch, issues the text says it closes are closed in the same transaction.
 */
export async function mergePull(context: PullContext, repository: string, request: MergeRequest): Promise<{ mergeSha: CommitId }> {
  const mergeSha = await change(context, async (tx) => {
    const pull = await lockPull(tx, { repository, number: request.number });
    if (pull.state !== 'open') return mergedBefore(pull, request);
    if (pull.draft) throw new AppError('conflict', `Pull request ${pull.number} is a draft.`, { code: 'pull_draft' });
    const landed = await land(context, pull, request);
    await context.crashpoint('pull.merge.after');
    await recordMerge(context, tx, { pull, request, ...landed });
    return landed.mergeSha;
  });
  return { mergeSha };
}

function mergedBefore(pull: Item, request: MergeRequest): CommitId {
  if (pull.state === 'closed') throw new AppError('conflict', `Pull request ${pull.number} is closed.`, { code: 'pull_closed' });
  if (pull.headSha !== request.headSha) throw headMoved(pull, pull.headSha);
  return pull.mergeSha ?? '';
}

interface Landed {
  before: CommitId;
  mergeSha: CommitId;
}

async function land(context: PullContext, pull: Item, request: MergeRequest): Promise<Landed> {
  const { git } = context;
  const dir = context.dirOf(pull.repository);
  const branch = pull.baseBranch ?? '';
  const head = await ownHeadOf(git, dir, pull.headBranch ?? '');
  if (head !== request.headSha) throw headMoved(pull, head);
  const base = await ownHeadOf(git, dir, branch);
  if (base === null) throw new AppError('conflict', `The branch ${branch} is gone.`, { code: 'base_moved' });
  const earlier = await mergeOf(git, dir, base, head);
  if (earlier !== null) return { before: base, mergeSha: earlier };
  if (request.baseSha !== null && request.baseSha !== base) throw baseMoved(pull, request.baseSha, base);
  const merged = await writeMerge(git, dir, { base, head, message: request.message, atUnixS: Math.floor(context.clock.now().getTime() / 1000) });
  if ('conflicts' in merged) {
    throw new AppError('conflict', `Pull request ${pull.number} does not merge cleanly.`, {
      code: 'merge_conflict',
      detail: { paths: merged.conflicts },
    });
  }
  await context.crashpoint('pull.merge.before');
  try {
    await compareAndSwap(git, dir, { branch, expected: base, sha: merged.commit, message: `reeve: merge pull request ${pull.number}` });
  } catch (error) {
    if (error instanceof AppError && error.code === 'ref_moved') throw baseMoved(pull, base, await ownHeadOf(git, dir, branch));
    throw error;
  }
  return { before: base, mergeSha: merged.commit };
}

async function recordMerge(context: PullContext, tx: Tx, done: Landed & { pull: Item; request: MergeRequest }): Promise<void> {
  const { pull, request, before, mergeSha } = done;
  const now = context.clock.now();
  const saved = await store.saveItem(tx, pull, { state: 'merged', mergeSha, headSha: request.headSha, endedBy: request.by }, now);
  await store.putDelivery(tx, toPushEvent(pull.repository, { branch: pull.baseBranch ?? '', before, after: mergeSha }, now, request.by));
  await store.putDelivery(tx, toItemEvent(saved, 'merged', request.by, context.urlOf));
  const repository = await store.repositoryByName(tx, pull.repository);
  if (repository?.defaultBranch !== pull.baseBranch) return;
  for (const number of closingNumbers(`${pull.body}\n${request.message}`)) {
    const issue = await store.itemByNumber(tx, pull.repository, number);
    if (issue?.kind !== 'issue') continue;
    await setIssueStateIn(context, tx, await store.lockItem(tx, pull.repository, number), { state: 'closed', reason: 'completed' }, request.by);
  }
}

function headMoved(pull: Item, head: CommitId | null): AppError {
  return new AppError('conflict', `The head of pull request ${pull.number} is ${head ?? 'gone'}.`, { code: 'head_moved', detail: { head } });
}

function baseMoved(pull: Item, expected: CommitId, base: CommitId | null): AppError {
  const { message } = refMoved(pull.baseBranch ?? '', expected, base);
  return new AppError('conflict', message, { code: 'base_moved', detail: { expected, base } });
}
