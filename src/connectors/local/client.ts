import { cleanGitEnvironment, runCommand } from '#platform/process/index.ts';
import { AppError } from '#kernel/errors.ts';
import { toGitFailure } from './map.git.ts';

export interface GitOutcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface GitCall {
  /** Folder it runs in. */
  dir: string;
  args: readonly string[];
  stdin?: string | Uint8Array;
  /** Exit codes beside 0 that are an answer and not a failure. */
  answers?: readonly number[];
  env?: Readonly<Record<string, string>>;
}

/** Runs git once. Throws AppError for a failed start, a timeout, and every exit code that is not an answer. */
export type Git = (call: GitCall) => Promise<GitOutcome>;

const TIMEOUT_MS = 120_000;
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;

/**
 * Settings that hold for every call. A person's repository must run nothing of its own for us: no hooks, no file system
 * monitor, no maintenance; and it is theirs, so it may belong to another user (`safe.directory` counts on the command line).
 */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'safe.directory=*',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.version=2',
  'protocol.file.allow=always',
  'fetch.recurseSubmodules=no',
  'fetch.writeCommitGraph=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting]);

/** The only place of this connector that starts a process. `base` is everything git sees of our environment (PATH). */
export function createGit(base: Readonly<Record<string, string>>): Git {
  const env = cleanGitEnvironment(base);
  return async (call) => {
    const result = await runCommand({
      command: 'git',
      args: [...SETTINGS, ...call.args],
      cwd: call.dir,
      env: { ...env, ...call.env },
      stdin: call.stdin,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MOST_OUTPUT_BYTES,
    });
    if (result.ended !== 'exit' || result.exitCode === null) {
      throw new AppError('unavailable', `git ${call.args[0]} did not finish: ${result.error ?? result.ended}.`, { code: 'git_unavailable' });
    }
    const outcome = { exitCode: result.exitCode, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') };
    if (outcome.exitCode !== 0 && !(call.answers ?? []).includes(outcome.exitCode)) throw toGitFailure(call.args[0] ?? '', outcome.stderr);
    return outcome;
  };
}
