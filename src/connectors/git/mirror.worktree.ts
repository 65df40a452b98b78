import { createHash, randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { CommitId, Mirror } from '#ports/git.ts';
import { withFileLock } from './client.lock.ts';
import { GitFailure, type GitClient } from './client.ts';
import type { ObjectMembers } from './mirror.objects.ts';

export type WorktreeMembers = Pick<Mirror, 'addWorktree' | 'resetWorktree' | 'removeWorktree' | 'snapshotWorktree'>;

/** What we remember of a worktree outside of it: an agent may do what it likes to the folder, its `.git` file included. */
interface WorktreeRecord {
  dir: string;
  base: CommitId;
}

const LOCK_TIMEOUT_MS = 60_000;

export function createWorktrees(client: GitClient, gitDir: string, objects: ObjectMembers): WorktreeMembers {
  const recordFile = (dir: string) => path.join(gitDir, 'reeve-worktrees', `${createHash('sha256').update(dir).digest('hex').slice(0, 40)}.json`);
  const locked = <T>(work: () => Promise<T>) => withFileLock(path.join(gitDir, 'reeve-worktrees.lock'), LOCK_TIMEOUT_MS, work);

  async function readRecord(dir: string): Promise<WorktreeRecord | null> {
    const text = await readFile(recordFile(dir), 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as WorktreeRecord);
  }

  /** git's own folder about the worktree, found by its back link and never through the worktree's `.git` file. */
  async function adminDirOf(dir: string): Promise<string | null> {
    const all = path.join(gitDir, 'worktrees');
    for (const name of await readdir(all).catch(() => [])) {
      const link = await readFile(path.join(all, name, 'gitdir'), 'utf8').catch(() => '');
      if (link.trim() === path.join(dir, '.git')) return path.join(all, name);
    }
    return null;
  }

  async function add(dir: string, commit: CommitId, branch: string | undefined) {
    await refuseExisting(dir);
    const base = await objects.resolve(commit);
    if (base === null) throw new AppError('not_found', `There is no commit ${commit} in the mirror.`, { code: 'unknown_commit' });
    const where = await branchArgs(objects, base, branch);
    await mkdir(path.dirname(dir), { recursive: true });
    await saveRecord(recordFile(dir), { dir, base });
    try {
      await client.run(['worktree', 'add', '--quiet', ...where.flags, dir, where.commitish], { gitDir });
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      await rm(recordFile(dir), { force: true });
      throw worktreeFailure(error, branch);
    }
  }

  async function reset(dir: string, commit: CommitId) {
    const admin = await adminDirOf(dir);
    const found = await lstat(dir).catch(() => null);
    if (admin === null || found?.isDirectory() !== true)
      throw new AppError('invalid', `${dir} is not a worktree of this mirror.`, { code: 'not_a_worktree' });
    const base = await objects.resolve(commit);
    if (base === null) throw new AppError('not_found', `There is no commit ${commit} in the mirror.`, { code: 'unknown_commit' });
    await resetTo(client, { admin, dir, base });
    await saveRecord(recordFile(dir), { dir, base });
  }

  return {
    addWorktree: (given, commit, branch) => locked(() => add(path.resolve(given), commit, branch)),

    resetWorktree: (given, commit) => locked(() => reset(path.resolve(given), commit)),

    async removeWorktree(given) {
      const dir = path.resolve(given);
      await locked(async () => {
        const admin = await adminDirOf(dir);
        if (admin === null && (await readRecord(dir)) === null) {
          if ((await lstat(dir).catch(() => null)) === null) return;
          throw new AppError('invalid', `${dir} is not a worktree of this mirror; it was left as it is.`, { code: 'not_a_worktree' });
        }
        await removeTree(dir);
        if (admin !== null) await rm(admin, { recursive: true, force: true });
        await rm(recordFile(dir), { force: true });
      });
    },

    async snapshotWorktree(given) {
      const dir = path.resolve(given);
      const record = await readRecord(dir);
      if (record === null) throw new AppError('invalid', `${dir} is not a worktree of this mirror.`, { code: 'not_a_worktree' });
      const found = await lstat(dir).catch(() => null);
      if (found === null) throw new AppError('invalid', 'The worktree is gone: its folder was deleted.', { code: 'worktree_missing' });
      if (!found.isDirectory())
        throw new AppError('invalid', 'The worktree is gone: something else is where its folder was.', { code: 'worktree_replaced' });
      return snapshot(client, gitDir, dir, record.base);
    },
  };
}

/** git is told where its own folder is: whatever ran in the worktree may have put something else into its `.git`. */
async function resetTo(client: GitClient, { admin, dir, base }: { admin: string; dir: string; base: CommitId }): Promise<void> {
  await rm(path.join(dir, '.git'), { recursive: true, force: true });
  await writeFile(path.join(dir, '.git'), `gitdir: ${admin}\n`);
  const run = { gitDir: admin, cwd: dir, env: { GIT_WORK_TREE: dir }, config: ['core.bare=false', 'core.fileMode=true', 'core.symlinks=true'] };
  await client.run(['checkout', '--quiet', '--force', '--detach', base], run);
  await client.run(['clean', '-ffdx', '--quiet'], run);
  const { stdout } = await client.run(['ls-files', '--others', '-z'], run);
  if (stdout.length > 0) throw new AppError('internal', `${dir} could not be emptied.`, { code: 'worktree_not_clean' });
}

async function refuseExisting(dir: string): Promise<void> {
  if ((await lstat(dir).catch(() => null)) !== null) {
    throw new AppError('conflict', `${dir} exists already.`, { code: 'worktree_exists', hint: 'Remove the old worktree first.' });
  }
}

/** An existing branch is only taken over where it already is: nothing that may be somebody's work is reset. */
async function branchArgs(objects: ObjectMembers, base: CommitId, branch: string | undefined): Promise<{ flags: string[]; commitish: string }> {
  if (branch === undefined) return { flags: ['--detach'], commitish: base };
  const head = await objects.resolve(`refs/heads/${branch}`);
  if (head === null) return { flags: ['-b', branch], commitish: base };
  if (head === base) return { flags: [], commitish: branch };
  throw new AppError('conflict', `The branch ${branch} exists and is at another commit.`, {
    code: 'branch_exists',
    hint: 'Use another branch name.',
  });
}

async function saveRecord(file: string, record: WorktreeRecord): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const aside = `${file}.${randomUUID()}`;
  await writeFile(aside, JSON.stringify(record), { mode: 0o600 });
  await rename(aside, file);
}

function worktreeFailure(error: unknown, branch: string | undefined): unknown {
  if (!(error instanceof GitFailure)) return error;
  if (/already (checked out|used by worktree)/.test(error.stderr)) {
    return new AppError('conflict', `The branch ${branch ?? ''} is in use by another worktree.`, { code: 'branch_in_use', cause: error });
  }
  return error;
}

/**
 * `git add -A` into an index of our own that starts from the base commit. The repository and the worktree are named on the
 * command line, so neither the worktree's `.git` nor its index, commits or `assume-unchanged` bits matter; attributes that
 * would rewrite contents are off (the mirror's info/attributes), so the tree holds the bytes that are there.
 */
async function snapshot(client: GitClient, gitDir: string, dir: string, base: CommitId): Promise<string> {
  const index = path.join(gitDir, `reeve-index-${randomUUID()}`);
  const run = {
    gitDir,
    cwd: dir,
    env: { GIT_INDEX_FILE: index, GIT_WORK_TREE: dir },
    config: ['core.bare=false', 'core.fileMode=true', 'core.symlinks=true', 'core.trustctime=true'],
  };
  try {
    await client.run(['read-tree', base], run);
    await client.run(['add', '--all', '--no-warn-embedded-repo', '--', '.'], run);
    return await client.text(['write-tree'], run);
  } catch (error) {
    throw snapshotFailure(error);
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

function snapshotFailure(error: unknown): unknown {
  if (!(error instanceof GitFailure)) return error;
  const cases: Array<[RegExp, string, string]> = [
    [
      /does not have a commit checked out/,
      'embedded_repository',
      'The worktree holds another git repository without a commit, which cannot be part of a change.',
    ],
    [/Permission denied|unable to index file|open\(".*"\)/, 'worktree_unreadable', 'A file of the worktree cannot be read.'],
    [
      /Unable to read current working directory|cannot chdir|No such file or directory/,
      'worktree_missing',
      'The worktree vanished while it was read.',
    ],
    [/[Ii]nvalid path/, 'invalid_path', 'The worktree holds a file name that git refuses.'],
  ];
  const known = cases.find(([pattern]) => pattern.test(error.stderr));
  if (known === undefined) return error;
  return new AppError('invalid', `${known[2]} (${messageOf(error)})`, { code: known[1], cause: error });
}

/** Deletes a folder whatever modes its content was given; a symlink in its place is removed, never followed. */
async function removeTree(dir: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 };
  try {
    await rm(dir, options);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await openUp(dir);
    await rm(dir, options);
  }
}

async function openUp(dir: string): Promise<void> {
  await chmod(dir, 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(path.join(dir, entry.name));
  }
}
