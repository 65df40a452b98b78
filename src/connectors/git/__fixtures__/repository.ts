import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What git needs of the environment in tests; nothing of the person's configuration. */
export const GIT_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

const IDENTITY = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
};

/** Runs the installed git as a person would; answers trimmed stdout. Throws with git's own words. */
export function git(cwd: string, args: readonly string[], options: { input?: string | Uint8Array; okCodes?: readonly number[] } = {}): string {
  const result = spawnSync('git', args, { cwd, env: { ...GIT_ENV, ...IDENTITY }, input: options.input ?? '', maxBuffer: 64 * 1024 * 1024 });
  if (!(options.okCodes ?? [0]).includes(result.status ?? -1)) throw new Error(`git ${args.join(' ')}: ${result.stderr.toString()}`);
  return result.stdout.toString('utf8').trim();
}

export type Files = Record<string, string | Uint8Array | null>;

/** A person's repository with a worktree, in a temporary folder. */
export interface Repository {
  /** The temporary folder; mirrors and worktrees of a test go here too. */
  root: string;
  dir: string;
  write(files: Files): void;
  /** Writes the files (null: removes), commits everything, answers the commit. */
  commit(files: Files, message?: string): string;
  git(...args: string[]): string;
  remove(): void;
}

export function createRepository(branch = 'main'): Repository {
  const root = mkdtempSync(path.join(tmpdir(), 'reeve-git-'));
  const dir = path.join(root, 'source');
  mkdirSync(dir);
  git(dir, ['init', '--quiet', `--initial-branch=${branch}`]);
  const write = (files: Files) => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(dir, name);
      if (content === null) rmSync(file, { recursive: true });
      else {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
  };
  return {
    root,
    dir,
    write,
    git: (...args) => git(dir, args),
    commit(files, message = 'Change') {
      write(files);
      git(dir, ['add', '--all', '--force']);
      git(dir, ['commit', '--quiet', '--allow-empty', '-m', message]);
      return git(dir, ['rev-parse', 'HEAD']);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
