import { AppError } from '#kernel/errors.ts';
import type { CommitId } from '#ports/git.ts';
import { cleanGitEnvironment, runCommand } from '#platform/process/index.ts';
import { REFUSED_CREDENTIAL } from './map.failure.ts';

export interface GitOutcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs git in a bare repository; throws AppError unavailable only where it could not run to its end. */
export type RunGit = (dir: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<GitOutcome>;

const TIMEOUT_MS = 600_000;
const MOST_OUTPUT_BYTES = 1024 * 1024;

/** Nothing of a person's configuration reaches git, no helper is asked for credentials, and no redirect takes ours elsewhere. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'credential.helper=',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.directory=*',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'protocol.http.allow=always',
  'protocol.file.allow=always',
  'push.followTags=false',
  'push.recurseSubmodules=no',
  'push.gpgSign=false',
].flatMap((setting) => ['-c', setting]);

/** `base`: everything git sees of our environment (PATH, proxies). */
export function createRunGit(base: Readonly<Record<string, string>>): RunGit {
  const fixed = cleanGitEnvironment(base);
  return async (dir, args, env = {}) => {
    const result = await runCommand({
      command: 'git',
      args: [...SETTINGS, `--git-dir=${dir}`, ...args],
      cwd: dir,
      env: { ...fixed, ...env },
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MOST_OUTPUT_BYTES,
    });
    if (result.ended !== 'exit' || result.exitCode === null)
      throw new AppError('unavailable', `git ${args[0]} did not finish: ${result.error ?? result.ended}.`, { code: 'git_unavailable' });
    return { exitCode: result.exitCode, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') };
  };
}

/**
 * Environment in which git shows a token to one server: a header for addresses below the remote's origin, set by git's own variables.
 * Neither an argument, nor the address, nor a file has it, and other servers are not shown it. Empty for `file://` and paths.
 */
export function toGitAuth(remote: string, token: string): Record<string, string> {
  if (!/^https?:\/\//i.test(remote) || !URL.canParse(remote)) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${new URL(remote).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    // What was made for one address is taken to no other.
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  };
}

export interface GitPush {
  remote: string;
  mirrorDir: string;
  sha: CommitId;
  branch: string;
  /** Where the branch is expected; null: not there. */
  expected: CommitId | null;
  env: Readonly<Record<string, string>>;
}

/**
 * Pushes one commit to one branch as a compare-and-swap: the lease makes the server compare, and that nothing is dropped is asked of the
 * mirror before, because a lease alone would force.
 */
export async function pushCommit(run: RunGit, push: GitPush): Promise<void> {
  const { mirrorDir, branch, expected, sha } = push;
  if (expected !== null) await checkForward(run, mirrorDir, { branch, expected, sha });
  const lease = `--force-with-lease=refs/heads/${branch}:${expected ?? ''}`;
  // The serving side of a local repository refuses one that belongs to somebody else, and does not see our settings.
  const receive = /^https?:/i.test(push.remote) ? [] : [`--receive-pack=git -c safe.directory='*' receive-pack`];
  const args = ['push', '--porcelain', '--no-verify', ...receive, lease, '--', push.remote, `${sha}:refs/heads/${branch}`];
  const outcome = await run(mirrorDir, args, push.env);
  if (outcome.exitCode !== 0) throw toPushFailure(branch, `${outcome.stdout}\n${outcome.stderr}`);
}

/** Deletes one branch where it stands at `sha`: the lease makes the server compare. */
export async function deletePushed(run: RunGit, gone: Omit<GitPush, 'expected'>): Promise<void> {
  const { mirrorDir, branch, sha } = gone;
  const receive = /^https?:/i.test(gone.remote) ? [] : [`--receive-pack=git -c safe.directory='*' receive-pack`];
  const lease = `--force-with-lease=refs/heads/${branch}:${sha}`;
  const args = ['push', '--porcelain', '--no-verify', ...receive, lease, '--', gone.remote, `:refs/heads/${branch}`];
  const outcome = await run(mirrorDir, args, gone.env);
  if (outcome.exitCode !== 0) throw toPushFailure(branch, `${outcome.stdout}\n${outcome.stderr}`);
}

async function checkForward(run: RunGit, dir: string, move: { branch: string; expected: CommitId; sha: CommitId }): Promise<void> {
  const { exitCode } = await run(dir, ['merge-base', '--is-ancestor', move.expected, move.sha]);
  if (exitCode === 0) return;
  const known = (await run(dir, ['cat-file', '-e', `${move.expected}^{commit}`])).exitCode === 0;
  throw new AppError(
    'conflict',
    `${move.branch} would lose commits: ${move.expected} is ${known ? 'not an ancestor of' : 'not known beside'} ${move.sha}.`,
    {
      code: 'not_fast_forward',
    },
  );
}

/** What git's words of a failed push mean. `LC_ALL=C` keeps its own English; the server's are GitHub's. */
const FAILURES: ReadonlyArray<{ says: RegExp; error(branch: string): AppError }> = [
  {
    says: /refusing to allow .* (workflow|to create or update workflow)/i,
    error: () =>
      new AppError('refused', 'The push changes workflows, which this credential may not.', {
        code: 'push_workflows',
        hint: 'Leave .github/workflows to people, or push that change yourself.',
      }),
  },
  {
    says: /GH013|repository rule violations/i,
    error: (branch) => new AppError('refused', `A rule of the repository refuses the push to ${branch}.`, { code: 'push_rules' }),
  },
  {
    says: /GH006|protected branch/i,
    error: (branch) => new AppError('refused', `${branch} is protected: GitHub refuses the push.`, { code: 'push_protected' }),
  },
  {
    says: /\[rejected\]|stale info|fetch first|non-fast-forward|failed to (update|lock) ref|cannot lock ref|reference already exists|incorrect old value/i,
    error: (branch) => new AppError('conflict', `The branch ${branch} is not where it was expected.`, { code: 'ref_moved' }),
  },
  {
    says: /authentication failed|could not read username|invalid credentials|terminal prompts disabled|error: 401/i,
    error: () =>
      new AppError('unavailable', 'The git server refused the credentials.', {
        code: REFUSED_CREDENTIAL,
        hint: 'Check the token or the key of the GitHub App.',
      }),
  },
  {
    says: /error: 403|permission to .* denied|write access to repository not granted/i,
    error: () => new AppError('forbidden', 'The credential may not push to this repository.', { code: 'github_forbidden' }),
  },
  {
    says: /error: 404|repository .*not found|does not appear to be a git repository/i,
    error: () => new AppError('not_found', 'The git server has no such repository.', { code: 'github_not_found' }),
  },
  {
    says: /redirect/i,
    error: () =>
      new AppError('not_found', 'The git server sends us elsewhere, which is not followed.', {
        code: 'github_moved',
        hint: 'Connect the repository again under its new name.',
      }),
  },
  {
    says: /bad object|not a valid object|src refspec .* does not match/i,
    error: () => new AppError('invalid', 'The mirror has not the commit that is to be pushed.', { code: 'unknown_commit' }),
  },
];

export function toPushFailure(branch: string, words: string): AppError {
  const known = FAILURES.find(({ says }) => says.test(words));
  if (known !== undefined) return known.error(branch);
  const said = words
    .split('\n')
    .filter((line) => /^(fatal|error|remote):/.test(line))
    .join(' ')
    .replaceAll(/\/\/[^@/\s]*@/g, '//')
    .slice(0, 300);
  return new AppError('unavailable', `The push to ${branch} failed: ${said === '' ? 'git gave no reason' : said}`, { code: 'push_failed' });
}
