import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Git } from '#ports/git.ts';

/** What the bench reaches; wired by app. */
export interface QueueBenchDeps {
  git: Git;
  /** What git's processes see of our environment: `PATH`. */
  env: Readonly<Record<string, string>>;
  /** A migrated, empty database on a disk as durable as the product's own. */
  openDatabase(): Promise<{ db: Db; close(): Promise<void> }>;
  log: Log;
  /** One line of progress for people. */
  progress(line: string): void;
}

/** Nothing of the machine's or the person's configuration, as in the product's own client. */
const GIT_ENV: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_AUTHOR_NAME: 'Reeve',
  GIT_AUTHOR_EMAIL: 'reeve@localhost',
  GIT_COMMITTER_NAME: 'Reeve',
  GIT_COMMITTER_EMAIL: 'reeve@localhost',
  LC_ALL: 'C',
  TZ: 'UTC',
};

const CONFIG = ['safe.directory=*', 'core.hooksPath=/dev/null', 'core.autocrlf=false', 'gc.auto=0', 'maintenance.auto=false', 'commit.gpgSign=false'];

export interface GitAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs git in a folder: for reading history, and for the baselines, which are git's own commands. */
export type RunGit = (
  cwd: string,
  args: readonly string[],
  more?: { stdin?: string | Uint8Array; okCodes?: readonly number[] },
) => Promise<GitAnswer>;

export function createRunGit(env: Readonly<Record<string, string>>): RunGit {
  return (cwd, args, more = {}) =>
    new Promise((resolve, reject) => {
      const options = { cwd, env: { ...env, ...GIT_ENV }, maxBuffer: 1024 * 1024 * 1024, encoding: 'utf8' } as const;
      const child = execFile('git', [...CONFIG.flatMap((setting) => ['-c', setting]), ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        if ((more.okCodes ?? [0]).includes(code)) resolve({ code, stdout, stderr });
        else
          reject(
            new AppError('internal', `git ${args[0] ?? ''}: ${stderr.trim().split('\n').at(-1) || (error?.message ?? '')}`, { code: 'git_failed' }),
          );
      });
      // A command may end before it has read all of its input; its exit code says what happened.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(more.stdin ?? '');
    });
}

/** Runs `work` with a folder that is gone afterwards. */
export async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reeve-queue-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * Null where the repository under test lacks an object: shallow and partial copies do, and nothing can be said about a
 * change whose contents are not there.
 */
export async function unlessMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isAppError(error) && MISSING.has(error.code ?? '')) return null;
    throw error;
  }
}

/** `git_failed`: a merge that needs what is not there ends git. */
const MISSING: ReadonlySet<string> = new Set(['unknown_blob', 'unknown_commit', 'git_failed']);
