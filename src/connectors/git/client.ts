import { spawn } from 'node:child_process';
import { AppError } from '#kernel/errors.ts';

/** How git is called: the program, and what its processes may see of our environment. */
export interface GitClientOptions {
  /** Program name or path. */
  gitPath: string;
  /** `PATH`, and `HOME` or `SSH_AUTH_SOCK` where fetches need them; the rest is set here. */
  env: Readonly<Record<string, string>>;
  /** Wall clock limit of one command. */
  timeoutMs: number;
  /** How long a ref's lock is waited for; one that is older has lost its holder. Default 10 s. */
  refLockTimeoutMs?: number;
}

export interface GitRun {
  /** Bare repository; absent for commands that need none. */
  gitDir?: string;
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  stdin?: string | Uint8Array;
  /** Exit codes that are answers, not failures; default only 0. */
  okCodes?: readonly number[];
  /** `-c` settings beside the fixed ones. */
  config?: readonly string[];
  /** Most bytes of stdout that are kept; beyond it the command is ended and `truncated` is true. */
  maxBytes?: number;
}

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
  truncated: boolean;
}

export interface GitClient {
  readonly refLockTimeoutMs: number;
  /** Runs `git <args>`; throws GitFailure when the exit code is not in `okCodes`. */
  run(args: readonly string[], run?: GitRun): Promise<GitResult>;
  /** Trimmed stdout as text. */
  text(args: readonly string[], run?: GitRun): Promise<string>;
  /** Command line and environment for a process that stays (see client.batch.ts). */
  prepare(args: readonly string[], run?: GitRun): { command: string; args: string[]; env: Record<string, string> };
  /** What must be done before a process that stays is asked something; `run` sees to it by itself. */
  ready?(): Promise<void>;
}

/** git ended with an exit code nobody expected. `stderr` is git's own sentence. */
export class GitFailure extends AppError {
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(verb: string, exitCode: number | null, stderr: string) {
    super('internal', `git ${verb} failed: ${sentenceOf(stderr) || `exit code ${exitCode ?? 'none'}`}`, {
      code: 'git_failed',
      detail: { exit_code: exitCode },
    });
    this.name = 'GitFailure';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

function sentenceOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? '').replace(/^(fatal|error): /, '');
}

/**
 * Nothing of the machine's or the person's configuration reaches git: neither their aliases, hooks, filters and credential
 * helpers nor their signing, and no repository's hooks. Replace refs are off: an object is what its id says.
 */
const FIXED_ENV: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_ADVICE: '0',
  LC_ALL: 'C',
  TZ: 'UTC',
};

const FIXED_CONFIG: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.autocrlf=false',
  'core.quotePath=false',
  // Objects that only a row of the database names yet (trees to verify, commits to publish) must not be collected.
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.directory=*',
  'protocol.allow=user',
  'protocol.file.allow=always',
  'protocol.ext.allow=never',
  'commit.gpgSign=false',
  // What a row says has landed must survive a power cut; git by itself does not flush loose objects.
  'core.fsync=committed,loose-object,reference',
];

const REF_LOCK_TIMEOUT_MS = 10_000;

export function createGitClient(options: GitClientOptions): GitClient {
  const refLockTimeoutMs = options.refLockTimeoutMs ?? REF_LOCK_TIMEOUT_MS;

  function prepare(args: readonly string[], run: GitRun = {}) {
    const settings = [...FIXED_CONFIG, `core.filesRefLockTimeout=${refLockTimeoutMs}`, ...(run.config ?? [])].flatMap((setting) => ['-c', setting]);
    const where = run.gitDir === undefined ? [] : [`--git-dir=${run.gitDir}`];
    return { command: options.gitPath, args: [...settings, ...where, ...args], env: { ...options.env, ...FIXED_ENV, ...run.env } };
  }

  async function run(args: readonly string[], spec: GitRun = {}): Promise<GitResult> {
    const result = await spawnOnce(prepare(args, spec), spec, options.timeoutMs);
    if (result.truncated || (spec.okCodes ?? [0]).includes(result.code)) return result;
    throw new GitFailure(args[0] ?? '', result.code, result.stderr);
  }

  return { refLockTimeoutMs, prepare, run, text: async (args, spec) => (await run(args, spec)).stdout.toString('utf8').trim() };
}

interface Prepared {
  command: string;
  args: string[];
  env: Record<string, string>;
}

const MOST_STDERR_BYTES = 64 * 1024;

function spawnOnce(prepared: Prepared, spec: GitRun, timeoutMs: number): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(prepared.command, prepared.args, { cwd: spec.cwd ?? '/', env: prepared.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    let truncated = false;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (!truncated) out.push(chunk);
      if (spec.maxBytes !== undefined && size > spec.maxBytes && !truncated) {
        truncated = true;
        child.kill('SIGTERM');
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err.push(chunk);
      while (err.length > 1 && Buffer.concat(err).length > MOST_STDERR_BYTES) err.shift();
    });
    // A command may end before it has read all of its input; its exit code says what happened.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(startFailure(prepared.command, error));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      const stderr = Buffer.concat(err).toString('utf8');
      if (timedOut) reject(new AppError('unavailable', `git did not finish within ${Math.round(timeoutMs / 1000)} s.`, { code: 'git_timeout' }));
      else resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr, truncated });
    });
    child.stdin.end(spec.stdin);
  });
}

export function startFailure(command: string, error: NodeJS.ErrnoException): AppError {
  const missing = error.code === 'ENOENT';
  return new AppError('unavailable', missing ? `The program "${command}" was not found.` : `git could not be started: ${error.message}`, {
    code: missing ? 'git_missing' : 'git_unstartable',
    hint: 'Install git 2.38 or newer and make sure it is on PATH.',
    cause: error,
  });
}
