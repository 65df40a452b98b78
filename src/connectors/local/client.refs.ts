import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { CommitId } from '#ports/git.ts';
import type { Git } from './client.ts';
import { parseMergeTree, toFirstCommit } from './map.git.ts';

/** Refs and objects of one repository, `dir` being its folder. Nothing here reads or writes a checkout. */

/** Makes an empty bare repository; there already: nothing happens. */
export async function initBare(git: Git, dir: string, defaultBranch: string): Promise<void> {
  await git({ dir, args: ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, '.'] });
}

/** Writes the files as the first commit of a branch that has none. */
export async function writeFirstCommit(git: Git, dir: string, branch: string, commit: Parameters<typeof toFirstCommit>[1]): Promise<void> {
  await git({ dir, args: ['fast-import', '--quiet', '--done'], stdin: toFirstCommit(branch, commit) });
}

/** Throws AppError invalid `bad_branch_name` when git would not take the name. */
export async function checkBranchName(git: Git, dir: string, branch: string): Promise<void> {
  const { exitCode } = await git({ dir, args: ['check-ref-format', `refs/heads/${branch}`], answers: [1] });
  if (exitCode !== 0 || branch.startsWith('-')) {
    throw new AppError('invalid', `${branch} is not a name git accepts for a branch.`, { code: 'bad_branch_name' });
  }
}

/** Commit at the head of a branch, or null. */
export async function headOf(git: Git, dir: string, branch: string): Promise<CommitId | null> {
  const { exitCode, stdout } = await git({ dir, args: ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`], answers: [1, 128] });
  return exitCode === 0 ? stdout.trim() : null;
}

/** A path that is its own canonical form: no empty part, none that begins with a dot. */
const PLAIN_NAME = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/**
 * `headOf` in a bare repository of our own. Asked some hundred times an hour for each open pull request, so the ref is read where git
 * keeps a branch that moved last; whatever is not plainly a commit there (a packed or symbolic ref, another ref format, an odd name) is
 * for git to say.
 */
export async function ownHeadOf(git: Git, dir: string, branch: string): Promise<CommitId | null> {
  if (PLAIN_NAME.test(branch) && !/\.(?:\.|lock(?:\/|$))/.test(branch)) {
    const loose = await readFile(path.join(dir, 'refs', 'heads', branch), 'latin1').catch(() => '');
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})\n$/.test(loose)) return loose.trimEnd();
  }
  return headOf(git, dir, branch);
}

export async function hasCommit(git: Git, dir: string, sha: CommitId): Promise<boolean> {
  const { exitCode } = await git({ dir, args: ['cat-file', '-e', `${sha}^{commit}`], answers: [1, 128] });
  return exitCode === 0;
}

export async function isAncestor(git: Git, dir: string, ancestor: CommitId, descendant: CommitId): Promise<boolean> {
  const { exitCode } = await git({ dir, args: ['merge-base', '--is-ancestor', ancestor, descendant], answers: [1] });
  return exitCode === 0;
}

/** Branch HEAD names (also an unborn one), or null when detached. */
export async function symbolicHead(git: Git, dir: string): Promise<string | null> {
  const { exitCode, stdout } = await git({ dir, args: ['symbolic-ref', '--quiet', 'HEAD'], answers: [1] });
  return exitCode === 0 ? stdout.trim().replace(/^refs\/heads\//, '') : null;
}

/** The branch a name stands for: some people keep `master` as a symbolic ref to `main`. */
export async function realBranch(git: Git, dir: string, branch: string): Promise<string> {
  const { exitCode, stdout } = await git({ dir, args: ['symbolic-ref', '--quiet', `refs/heads/${branch}`], answers: [1, 128] });
  return exitCode === 0 ? stdout.trim().replace(/^refs\/heads\//, '') : branch;
}

export async function branchesOf(git: Git, dir: string): Promise<string[]> {
  const { stdout } = await git({ dir, args: ['for-each-ref', '--format=%(refname:strip=2)', 'refs/heads'] });
  return stdout.split('\n').filter((name) => name !== '');
}

/** Brings a commit and all it needs from another repository; no ref, no FETCH_HEAD. */
export async function fetchCommit(git: Git, dir: string, from: string, sha: CommitId): Promise<void> {
  await git({ dir, args: ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--', from, sha] });
}

/**
 * Moves a branch from `expected` (null: not there) to `sha`. When git refuses and the branch is elsewhere: AppError conflict
 * `ref_moved`; when it refuses although the branch is where it was expected, a branch like `a` is in the way of `a/b`: conflict
 * `ref_blocked`.
 */
export async function compareAndSwap(
  git: Git,
  dir: string,
  move: { branch: string; expected: CommitId | null; sha: CommitId; message: string },
): Promise<void> {
  const { branch, expected, sha, message } = move;
  const args = ['update-ref', '--no-deref', '-m', message, `refs/heads/${branch}`, sha, expected ?? ''];
  const { exitCode, stderr } = await git({ dir, args, answers: [1, 128] });
  if (exitCode === 0) return;
  const head = await headOf(git, dir, branch);
  if (head === sha) return;
  if (head !== expected) throw refMoved(branch, expected, head);
  if (/\.lock': File exists/.test(stderr))
    throw new AppError('unavailable', `Another git program holds the branch ${branch}.`, { code: 'repository_locked' });
  throw new AppError('conflict', `The branch ${branch} could not be written: ${stderr.trim().slice(0, 300)}`, { code: 'ref_blocked' });
}

export function refMoved(branch: string, expected: CommitId | null, head: CommitId | null): AppError {
  return new AppError('conflict', `The branch ${branch} is at ${head ?? 'nothing'}, not at ${expected ?? 'nothing'}.`, {
    code: 'ref_moved',
    detail: { branch, expected, head },
  });
}

export interface MergeSpec {
  base: CommitId;
  head: CommitId;
  message: string;
  atUnixS: number;
}

/** A merge commit of two commits, made without a checkout and pointed at by nothing; or the paths in conflict. */
export async function writeMerge(git: Git, dir: string, merge: MergeSpec): Promise<{ commit: CommitId } | { conflicts: string[] }> {
  const merged = await git({ dir, args: ['merge-tree', '--write-tree', '--name-only', '-z', merge.base, merge.head], answers: [1] });
  const { tree, conflicts } = parseMergeTree(merged.stdout);
  if (merged.exitCode === 1) return { conflicts };
  const who = { NAME: 'Reeve', EMAIL: 'reeve@localhost', DATE: `${merge.atUnixS} +0000` };
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => Object.entries(who).map(([field, value]) => [`GIT_${role}_${field}`, value])),
  );
  const { stdout } = await git({ dir, args: ['commit-tree', tree, '-p', merge.base, '-p', merge.head, '-F', '-'], stdin: merge.message, env });
  return { commit: stdout.trim() };
}

/** The commit on a branch's first-parent line that merged `head`, among the newest 500; `head` itself when it lies on the branch; else null. */
export async function mergeOf(git: Git, dir: string, branchHead: CommitId, head: CommitId): Promise<CommitId | null> {
  if (!(await isAncestor(git, dir, head, branchHead))) return null;
  const { stdout } = await git({ dir, args: ['rev-list', '--first-parent', '--merges', '--parents', '--max-count=500', branchHead] });
  for (const line of stdout.split('\n')) {
    const [commit, , ...merged] = line.split(' ');
    if (commit !== undefined && merged.includes(head)) return commit;
  }
  return head;
}
