import { access, lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { CommitId } from '#ports/git.ts';
import type { Git } from './client.ts';
import { compareAndSwap } from './client.refs.ts';
import { parseWorktrees, type Worktree } from './map.git.ts';

/** Checkouts of a person's repository, the main one and linked ones. */

export async function worktreesOf(git: Git, dir: string): Promise<Worktree[]> {
  const { stdout } = await git({ dir, args: ['worktree', 'list', '--porcelain', '-z'] });
  return parseWorktrees(stdout);
}

/**
 * The worktree that has a branch checked out, or null. A rebase or bisect in progress detaches HEAD but will write to its
 * branch when it ends, so that counts too: AppError conflict `checkout_busy`.
 */
export async function checkoutOf(git: Git, dir: string, branch: string): Promise<Worktree | null> {
  const worktrees = (await worktreesOf(git, dir)).filter((worktree) => !worktree.bare);
  for (const worktree of worktrees) {
    if (worktree.branch === branch) return worktree;
    if (worktree.branch === null && !worktree.missing && (await isBusyWith(git, worktree.dir, branch))) {
      throw new AppError('conflict', `A rebase or bisect of ${branch} is under way in ${worktree.dir}.`, {
        code: 'checkout_busy',
        hint: 'Finish or abort it, then try again.',
      });
    }
  }
  return null;
}

async function isBusyWith(git: Git, worktree: string, branch: string): Promise<boolean> {
  const gitDir = await gitDirOf(git, worktree);
  const heads = await Promise.all(
    ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map((name) => readFile(path.join(gitDir, name), 'utf8').catch(() => '')),
  );
  return heads.some((head) => head.trim().replace(/^refs\/heads\//, '') === branch);
}

async function gitDirOf(git: Git, worktree: string): Promise<string> {
  return (await git({ dir: worktree, args: ['rev-parse', '--absolute-git-dir'] })).stdout.trim();
}

/**
 * Fast-forwards a branch together with its checkout. Files first, then the ref, as `receive.denyCurrentBranch=updateInstead`
 * does: a crash in between leaves index and files at the new commit, which the next try recognises and finishes. Untracked
 * files are left alone; one in the way, a local change or a merge in progress: AppError conflict `checkout_dirty`, and
 * nothing is touched.
 */
export async function fastForwardCheckout(
  git: Git,
  dir: string,
  move: { worktree: Worktree; branch: string; expected: CommitId; sha: CommitId; message: string },
): Promise<void> {
  const { worktree, expected, sha } = move;
  if (worktree.missing) throw dirty(worktree.dir, 'its folder is gone', '`git worktree prune` lets go of the branch.');
  if (await isInMiddle(git, worktree.dir)) throw dirty(worktree.dir, 'a merge, cherry-pick or revert is under way');
  // Refreshes what only looks changed (times), so that the comparison is about contents.
  await git({ dir: worktree.dir, args: ['update-index', '--ignore-submodules', '--refresh'], answers: [1] });
  if (!(await filesAreAtIndex(git, worktree.dir))) throw dirty(worktree.dir, 'it has local changes');
  const isFinishedTry = await indexIsAt(git, worktree.dir, sha);
  if (!isFinishedTry) {
    if (!(await indexIsAt(git, worktree.dir, expected))) throw dirty(worktree.dir, 'it has staged changes');
    await switchFiles(git, worktree.dir, expected, sha);
  }
  try {
    await compareAndSwap(git, dir, move);
  } catch (error) {
    await switchFiles(git, worktree.dir, sha, expected);
    throw error;
  }
}

async function isInMiddle(git: Git, worktree: string): Promise<boolean> {
  const gitDir = await gitDirOf(git, worktree);
  const marks = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD'].map((name) =>
    access(path.join(gitDir, name)).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(marks)).includes(true);
}

async function filesAreAtIndex(git: Git, worktree: string): Promise<boolean> {
  const { exitCode } = await git({ dir: worktree, args: ['diff-files', '--quiet', '--ignore-submodules'], answers: [1] });
  return exitCode === 0;
}

async function indexIsAt(git: Git, worktree: string, commit: CommitId): Promise<boolean> {
  const { exitCode } = await git({ dir: worktree, args: ['diff-index', '--quiet', '--cached', '--ignore-submodules', commit], answers: [1] });
  return exitCode === 0;
}

/** Two-tree read-tree: checks every file it would touch before it touches the first. */
async function switchFiles(git: Git, worktree: string, from: CommitId, to: CommitId): Promise<void> {
  const inTheWay = await untrackedInTheWay(git, worktree, from, to);
  if (inTheWay !== null) throw dirty(worktree, `the untracked file ${inTheWay} is in the way`);
  const { exitCode, stderr } = await git({ dir: worktree, args: ['read-tree', '-u', '-m', from, to], answers: [1, 128] });
  if (exitCode === 0) return;
  if (/\.lock': File exists/.test(stderr))
    throw new AppError('unavailable', 'Another git program holds the checkout.', { code: 'repository_locked' });
  throw dirty(worktree, stderr.trim().split('\n')[0] ?? 'a file is in the way');
}

/** read-tree overwrites untracked files that are ignored (`.env`); a person may have no other copy of one. */
async function untrackedInTheWay(git: Git, worktree: string, from: CommitId, to: CommitId): Promise<string | null> {
  const { stdout } = await git({ dir: worktree, args: ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', from, to] });
  for (const name of stdout.split('\0').filter((line) => line !== '')) {
    const found = await lstat(path.join(worktree, name)).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error ? found.code === 'ENOTDIR' : !found.isDirectory()) return name;
  }
  return null;
}

function dirty(worktree: string, why: string, hint = 'Commit, stash or move it away, then try again.'): AppError {
  return new AppError('conflict', `The checkout at ${worktree} cannot follow: ${why}.`, { code: 'checkout_dirty', hint, detail: { worktree } });
}
