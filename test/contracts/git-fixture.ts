import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Everything git sees in tests: nothing of the machine's own settings. */
export const GIT_ENV = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
};

/** Runs real git in a folder; answers its output without the last line end. Rejects when git does. */
export async function git(dir: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: dir, env: GIT_ENV, maxBuffer: 16 * 1024 * 1024 });
  return stdout.replace(/\n$/, '');
}

/** A temporary folder and its removal. */
export async function temporaryFolder(): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'reeve-contract-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/**
 * Makes a commit in a bare repository without a checkout: the tree of `parent` with these files (null removes one). No ref
 * moves.
 */
export async function makeCommit(bareDir: string, parent: string | null, files: Record<string, string | null>, message = 'change'): Promise<string> {
  const scratch = await temporaryFolder();
  try {
    const index = { env: { ...GIT_ENV, GIT_INDEX_FILE: path.join(scratch.dir, 'index') }, cwd: bareDir };
    if (parent !== null) await run('git', ['read-tree', parent], index);
    for (const [name, content] of Object.entries(files)) {
      if (content === null) {
        await run('git', ['rm', '--cached', '--quiet', '--', name], { ...index, env: { ...index.env, GIT_WORK_TREE: scratch.dir } });
        continue;
      }
      await writeFile(path.join(scratch.dir, 'file'), content);
      const blob = await git(bareDir, 'hash-object', '-w', '--no-filters', path.join(scratch.dir, 'file'));
      await run('git', ['update-index', '--add', '--cacheinfo', `100644,${blob},${name}`], index);
    }
    const { stdout } = await run('git', ['write-tree'], index);
    const parents = parent === null ? [] : ['-p', parent];
    return await git(bareDir, 'commit-tree', stdout.trim(), ...parents, '-m', message);
  } finally {
    await scratch.remove();
  }
}
