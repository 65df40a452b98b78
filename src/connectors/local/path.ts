import { access, constants, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { CommitId } from '#ports/git.ts';
import { checkoutOf, fastForwardCheckout, worktreesOf } from './client.checkout.ts';
import {
  branchesOf,
  checkBranchName,
  compareAndSwap,
  fetchCommit,
  hasCommit,
  headOf,
  isAncestor,
  realBranch,
  refMoved,
  symbolicHead,
} from './client.refs.ts';
import type { Git } from './client.ts';

/** What is known about a folder that a person named. */
export interface PathInspection {
  /** The repository itself: its main worktree, or the folder of a bare one. Symbolic links resolved. */
  path: string;
  bare: boolean;
  /** Null: the branch HEAD names has no commit yet. */
  defaultBranch: string | null;
  /** Branch of the main worktree; null when detached or bare. */
  checkedOut: string | null;
  /** Every branch there is. */
  branches: string[];
}

export interface BranchPush {
  mirrorDir: string;
  sha: CommitId;
  branch: string;
  expected: CommitId | null;
}

/** Repositories of people, by their absolute path. No person's checkout or index changes but by a fast-forward of `push`. */
export interface PathRepositories {
  dir(name: string): Promise<string>;
  defaultBranch(name: string): Promise<string>;
  head(name: string, branch: string): Promise<CommitId | null>;
  checkedOutBranch(name: string): Promise<string | null>;
  createBranch(name: string, branch: string, sha: CommitId): Promise<void>;
  push(name: string, push: BranchPush): Promise<void>;
}

/**
 * Finds the repository a folder lies in, also below its top. Looks at refs alone: comparing files with the index would run the
 * repository's own filters. AppError not_found `folder_missing`, forbidden
 * `folder_not_accessible`, invalid `not_a_repository`, refused `detached_head`.
 */
export async function inspectWith(git: Git, folder: string): Promise<PathInspection> {
  const here = await folderAt(folder);
  const { stdout } = await git({ dir: here, args: ['rev-parse', '--is-bare-repository', '--absolute-git-dir'] });
  const [isBare, gitDir = ''] = stdout.trim().split('\n');
  const bare = isBare === 'true';
  const top = bare ? gitDir : await topOf(git, here);
  const checkedOut = bare ? null : await symbolicHead(git, top);
  return { path: top, bare, checkedOut, defaultBranch: await bornBranch(git, top), branches: await branchesOf(git, top) };
}

async function bornBranch(git: Git, dir: string): Promise<string | null> {
  try {
    return await defaultBranchAt(git, dir);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unborn_branch') return null;
    throw error;
  }
}

export function createPathRepositories(git: Git): PathRepositories {
  const dirOf = (name: string) => repositoryAt(git, name);
  return {
    dir: dirOf,
    defaultBranch: async (name) => defaultBranchAt(git, await dirOf(name)),
    head: async (name, branch) => headOf(git, await dirOf(name), branch),
    async checkedOutBranch(name) {
      const dir = await dirOf(name);
      const [main] = await worktreesOf(git, dir);
      return main === undefined || main.bare ? null : symbolicHead(git, dir);
    },
    async createBranch(name, branch, sha) {
      const dir = await dirOf(name);
      await checkBranchName(git, dir, branch);
      if (!(await hasCommit(git, dir, sha))) throw new AppError('invalid', `The repository has no commit ${sha}.`, { code: 'unknown_commit' });
      await compareAndSwap(git, dir, { branch, expected: null, sha, message: 'reeve: branch' });
    },
    push: async (name, push) => pushTo(git, await dirOf(name), push),
  };
}

async function pushTo(git: Git, dir: string, push: BranchPush): Promise<void> {
  await checkBranchName(git, dir, push.branch);
  const branch = await realBranch(git, dir, push.branch);
  const { sha, expected } = push;
  const head = await headOf(git, dir, branch);
  if (head === sha) return;
  if (head !== expected) throw refMoved(branch, expected, head);
  await fetchCommit(git, dir, push.mirrorDir, sha);
  if (expected !== null && !(await isAncestor(git, dir, expected, sha))) throw notFastForward(branch);
  const move = { branch, sha, message: 'reeve: push' };
  const worktree = await checkoutOf(git, dir, branch);
  if (worktree === null) return compareAndSwap(git, dir, { ...move, expected });
  if (expected === null) throw unborn(branch);
  return fastForwardCheckout(git, dir, { ...move, expected, worktree });
}

export function notFastForward(branch: string): AppError {
  return new AppError('conflict', `${branch} has commits the new one does not contain.`, {
    code: 'not_fast_forward',
    hint: 'Rebase on the branch as it is now.',
  });
}

/** The folder, real and readable. */
async function folderAt(folder: string): Promise<string> {
  if (!path.isAbsolute(folder)) throw new AppError('invalid', `${folder} is not an absolute path.`, { code: 'not_absolute' });
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) {
      // Git starts in it: what may not be entered would look like a git that cannot be started.
      await access(real, constants.R_OK | constants.X_OK);
      return real;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('forbidden', `${folder} may not be read.`, {
        code: 'folder_not_accessible',
        hint: 'Give the user that runs Reeve access to it.',
        cause: error,
      });
    }
    throw new AppError('not_found', `There is no folder ${folder}.`, { code: 'folder_missing', cause: error });
  }
  throw new AppError('invalid', `${folder} is a file.`, { code: 'not_a_repository' });
}

/**
 * The repository whose top is exactly this folder. Git would look further up: a deleted repository inside another one must not
 * end in pushes to the outer one.
 */
async function repositoryAt(git: Git, name: string): Promise<string> {
  const dir = await folderAt(name);
  await git({ dir, args: ['rev-parse', '--git-dir'], env: { GIT_CEILING_DIRECTORIES: path.dirname(dir) } });
  return dir;
}

/** The main worktree, also when asked from a linked one or from inside `.git`. */
async function topOf(git: Git, here: string): Promise<string> {
  const [main] = await worktreesOf(git, here);
  if (main === undefined) throw new AppError('invalid', 'The folder is not a git repository.', { code: 'not_a_repository' });
  return main.dir;
}

/** HEAD's branch; with a detached HEAD the one people would mean. */
async function defaultBranchAt(git: Git, dir: string): Promise<string> {
  const branch = await symbolicHead(git, dir);
  if (branch !== null) {
    if ((await headOf(git, dir, branch)) === null) throw unborn(branch);
    return branch;
  }
  const branches = await branchesOf(git, dir);
  const likely = ['main', 'master', 'trunk'].find((name) => branches.includes(name)) ?? (branches.length === 1 ? branches[0] : undefined);
  if (likely !== undefined) return likely;
  throw new AppError('refused', 'The repository has no branch checked out, and none is called main or master.', {
    code: 'detached_head',
    hint: 'Check out the branch to work on, or name one.',
  });
}

function unborn(branch: string): AppError {
  return new AppError('refused', `The branch ${branch} has no commit yet.`, {
    code: 'unborn_branch',
    hint: 'Make a first commit (`git commit --allow-empty -m start` is enough), then try again.',
  });
}
