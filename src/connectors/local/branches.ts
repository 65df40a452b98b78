import { AppError } from '#kernel/errors.ts';
import type { CommitId } from '#ports/git.ts';
import { checkBranchName, compareAndSwap, fetchCommit, hasCommit, ownHeadOf, isAncestor, refMoved, symbolicHead } from './client.refs.ts';
import { change } from './issues.ts';
import { REEVE_LOGIN, toItemEvent, toPushEvent } from './map.ts';
import { notFastForward, type BranchPush } from './path.ts';
import type { PullContext } from './pulls.ts';
import { isPushTold } from './store.deliveries.ts';
import * as store from './store.ts';

/** Branches of the embedded forge's own bare repositories. */

export async function createBranch(context: PullContext, repository: string, branch: string, sha: CommitId): Promise<void> {
  const dir = context.dirOf(repository);
  await checkBranchName(context.git, dir, branch);
  if (!(await hasCommit(context.git, dir, sha))) throw new AppError('invalid', `The repository has no commit ${sha}.`, { code: 'unknown_commit' });
  await compareAndSwap(context.git, dir, { branch, expected: null, sha, message: 'reeve: branch' });
  await tellPush(context, repository, { branch, before: null, after: sha });
}

export async function pushBranch(context: PullContext, repository: string, push: BranchPush): Promise<void> {
  const { git } = context;
  const dir = context.dirOf(repository);
  const { branch, expected, sha } = push;
  await checkBranchName(git, dir, branch);
  const head = await ownHeadOf(git, dir, branch);
  if (head !== sha) {
    if (head !== expected) throw refMoved(branch, expected, head);
    await fetchCommit(git, dir, push.mirrorDir, sha);
    if (expected !== null && !(await isAncestor(git, dir, expected, sha))) throw notFastForward(branch);
    await compareAndSwap(git, dir, { branch, expected, sha, message: 'reeve: push' });
  }
  await tellPush(context, repository, { branch, before: expected, after: sha });
}

/** Deletes a branch that is exactly there; git itself compares. */
export async function deleteBranch(context: PullContext, repository: string, branch: string, sha: CommitId): Promise<void> {
  const { git } = context;
  const dir = context.dirOf(repository);
  await checkBranchName(git, dir, branch);
  if ((await symbolicHead(git, dir)) === branch) throw new AppError('refused', `${branch} is the default branch: it stays.`, { code: 'branch_kept' });
  const head = await ownHeadOf(git, dir, branch);
  if (head === null) return;
  if (head !== sha) throw refMoved(branch, sha, head);
  const open = await store.openPullOn(context.db, repository, branch);
  if (open !== undefined) throw new AppError('refused', `Pull request #${open.number} is open on ${branch}.`, { code: 'branch_in_use' });
  const { exitCode } = await git({ dir, args: ['update-ref', '--no-deref', '-d', `refs/heads/${branch}`, sha], answers: [1, 128] });
  if (exitCode !== 0) throw refMoved(branch, sha, await ownHeadOf(git, dir, branch));
  const push = { branch, before: sha, after: null };
  await change(context, (tx) => store.putDelivery(tx, toPushEvent(repository, push, context.clock.now())));
}

/** Tells of a push once, also when the process died between the move and the telling and the push is tried again. */
function tellPush(context: PullContext, repository: string, push: { branch: string; before: CommitId | null; after: CommitId }): Promise<void> {
  return change(context, async (tx) => {
    await store.lockRepository(tx, repository);
    if (await isPushTold(tx, repository, push.branch, push.after)) return;
    const now = context.clock.now();
    await store.putDelivery(tx, toPushEvent(repository, push, now));
    const pull = await store.pullByHead(tx, repository, push.branch, ['open']);
    if (pull === undefined || pull.headSha === push.after) return;
    const saved = await store.saveItem(tx, await store.lockItem(tx, repository, pull.number), { headSha: push.after }, now);
    await store.putDelivery(tx, toItemEvent(saved, 'synchronized', REEVE_LOGIN, context.urlOf));
  });
}
