import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { CommitId } from '#ports/git.ts';
import type { RefMove, WhereHead } from '#ports/watch.ts';
import { GitFailure, type GitClient } from './client.ts';

/** Where a repository keeps its things. */
export interface Places {
  /** Top of the worktree; null for a bare repository. */
  top: string | null;
  /** Holds HEAD. */
  gitDir: string;
  /** Holds the refs: `gitDir`, but for linked worktrees. */
  commonDir: string;
}

export interface RefState {
  head: WhereHead;
  branches: ReadonlyMap<string, CommitId>;
}

/** AppError invalid `not_a_repository` when `dir` is not the top of one; git would look further up. */
export async function placesOf(client: GitClient, dir: string): Promise<Places> {
  const env = { GIT_CEILING_DIRECTORIES: path.dirname(dir) };
  const args = ['rev-parse', '--is-bare-repository', '--absolute-git-dir', '--git-common-dir'];
  const told = await client.text(args, { cwd: dir, env }).catch((error: unknown) => {
    if (error instanceof GitFailure) throw new AppError('invalid', `${dir} is not a git repository.`, { code: 'not_a_repository', cause: error });
    throw error;
  });
  const [bare, gitDir = '', common = ''] = told.split('\n');
  return { top: bare === 'true' ? null : dir, gitDir, commonDir: path.resolve(dir, common) };
}

/** Every branch and where HEAD is; one process, two when HEAD is detached or unborn. */
export async function readRefs(client: GitClient, { gitDir }: Places): Promise<RefState> {
  const text = await client.text(['for-each-ref', '--format=%(HEAD)%(objectname) %(refname:lstrip=2)', 'refs/heads'], { gitDir });
  const branches = new Map<string, CommitId>();
  let head: WhereHead | null = null;
  // Trimmed as a whole, so the first line may have lost the space that stands for "not HEAD".
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const found = /^([* ]?)([0-9a-f]+) (.*)$/.exec(line);
    if (found === null) continue;
    const [, mark, commit = '', branch = ''] = found;
    branches.set(branch, commit);
    if (mark === '*') head = { branch, commit };
  }
  return { head: head ?? (await loneHead(client, gitDir)), branches };
}

async function loneHead(client: GitClient, gitDir: string): Promise<WhereHead> {
  const symbolic = await client.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { gitDir, okCodes: [0, 1] });
  if (symbolic.code === 0) return { branch: symbolic.stdout.toString('utf8').trim(), commit: null };
  const commit = await client.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { gitDir, okCodes: [0, 1] });
  return { branch: null, commit: commit.code === 0 ? commit.stdout.toString('latin1').trim() : null };
}

export function movesBetween(before: RefState, after: RefState): RefMove[] {
  const moves: RefMove[] = [];
  for (const [branch, from] of before.branches) {
    const to = after.branches.get(branch) ?? null;
    if (to !== from) moves.push({ branch, from, to });
  }
  for (const [branch, to] of after.branches) if (!before.branches.has(branch)) moves.push({ branch, from: null, to });
  return moves;
}

/**
 * Tells cheaply (a few file stats, no process) whether HEAD or a branch may have moved since the last time. Rewriting refs without
 * changing them (`git gc`) gives another answer too; only `readRefs` knows.
 */
export async function signatureOf({ gitDir, commonDir }: Places): Promise<string> {
  const parts = [
    // Small and changed by renaming: its text is surer than its time.
    readFile(path.join(gitDir, 'HEAD'), 'utf8').catch(() => ''),
    stampOf(path.join(commonDir, 'packed-refs')),
    stampsBelow(path.join(commonDir, 'refs', 'heads')),
    stampsBelow(path.join(commonDir, 'reftable')),
  ];
  return (await Promise.all(parts)).join('|');
}

async function stampOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await lstat(file);
    return `${ino}:${size}:${mtimeMs}`;
  } catch {
    return '';
  }
}

async function stampsBelow(dir: string): Promise<string> {
  let names: string[];
  try {
    names = (await readdir(dir, { recursive: true })).sort();
  } catch {
    return '';
  }
  return (await Promise.all(names.map(async (name) => `${name}:${await stampOf(path.join(dir, name))}`))).join(',');
}
