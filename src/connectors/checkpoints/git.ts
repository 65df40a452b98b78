import { mkdirSync } from 'node:fs';
import { addressWithUser, decodedPart } from '#kernel/address-credentials.ts';
import { AppError } from '#kernel/errors.ts';
import { runCommand } from '#platform/process/index.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';

export interface GitPlaceSettings {
  /** Path or URL of a repository of the customer's. */
  source: string;
  /** Full name of the ref that gets a commit per checkpoint. */
  ref: string;
  /** Folder of a bare repository of our own that the commits are made in. */
  dir: string;
  env: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 30_000;
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Reeve',
  GIT_AUTHOR_EMAIL: 'reeve@localhost',
  GIT_COMMITTER_NAME: 'Reeve',
  GIT_COMMITTER_EMAIL: 'reeve@localhost',
  GIT_TERMINAL_PROMPT: '0',
};
/** Where a commit we have pushed is kept, so that the next one has its parent. */
const KEPT = 'refs/reeve/published';

/**
 * One commit a checkpoint on one ref: `checkpoint.json` is the newest, history has the others. The push is fast-forward only, so an
 * older one is never replaced; what others put on the ref stays below ours.
 */
export function createGitPlace(settings: GitPlaceSettings): CheckpointPlace {
  const { ref, dir } = settings;
  const { source, env: credentials } = withoutCredentials(settings.source);
  const git = async (args: readonly string[], { stdin = '', signal }: { stdin?: string; signal?: AbortSignal | undefined }): Promise<string> => {
    const result = await runCommand({
      command: 'git',
      args: ['-C', dir, ...args],
      cwd: dir,
      env: { ...settings.env, ...credentials, ...AUTHOR },
      stdin,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: 64 * 1024,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.ended === 'exit' && result.exitCode === 0) return result.stdout.toString('utf8').trim();
    const said = result.error ?? (result.stderr.toString('utf8').trim().split('\n').at(-1) || `git ${args[0]} ended as ${result.ended}`);
    throw new AppError('unavailable', `The checkpoint could not be put into ${shown(source)}: ${hideCredentials(said)}`, {
      code: 'place_unreachable',
    });
  };
  return {
    name: 'git',
    where: `${shown(source)} ${ref}`,
    async publish(document, signal) {
      const within = { signal };
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      await git(['init', '--quiet', '--bare', '.'], within);
      const [found] = (await git(['ls-remote', source, ref], within)).split(/\s/);
      const parent = found === undefined || found === '' ? null : found;
      if (parent !== null) await git(['fetch', '--quiet', '--no-tags', source, `+${ref}:${KEPT}`], within);
      const blob = await git(['hash-object', '-w', '--stdin'], { stdin: `${document}\n`, signal });
      const tree = await git(['mktree'], { stdin: `100644 blob ${blob}\tcheckpoint.json\n`, signal });
      const parents = parent === null ? [] : ['-p', parent];
      const commit = await git(['commit-tree', tree, ...parents, '-m', 'Ledger checkpoint'], within);
      await git(['push', '--quiet', source, `${commit}:${ref}`], within);
    },
  };
}

/** Asked by git (`get`, `store`, `erase`); what it answers is in its environment, so that no argument list ever holds it. */
const HELPER = '!f() { test "$1" != get || printf "username=%s\\npassword=%s\\n" "$REEVE_GIT_USERNAME" "$REEVE_GIT_PASSWORD"; }; f';

/**
 * The address without user and password, and the environment from which git takes them. Every user of the machine can read the arguments
 * of a process, its environment only its owner. git gives them to the host of the address alone, not to one it is redirected to. They
 * count for http and https; a password in any other address is of no use to git and is dropped.
 */
export function withoutCredentials(address: string): { source: string; env: Record<string, string> } {
  const parts = addressWithUser(address);
  if (parts === null) return { source: address, env: {} };
  const { scheme, user, password, host, rest } = parts;
  // Without a host (git refuses such an address) they would count for every one.
  if (host === '' && /^https?$/i.test(scheme)) return { source: `${scheme}://${rest}`, env: {} };
  if (!/^https?$/i.test(scheme)) return { source: `${scheme}://${user}@${host}${rest}`, env: {} };
  const key = `credential.${scheme}://${host}`;
  const config: Array<[string, string]> = [
    // Where the address names a password, helpers of the account are not asked, and learn nothing.
    ...(password === null ? [] : [[`${key}.helper`, ''] as [string, string]]),
    [`${key}.helper`, HELPER],
    [`${key}.username`, decodedPart(user)],
  ];
  const env: Record<string, string> = {
    REEVE_GIT_USERNAME: decodedPart(user),
    REEVE_GIT_PASSWORD: decodedPart(password ?? ''),
    GIT_CONFIG_COUNT: String(config.length),
  };
  for (const [i, [name, value]] of config.entries()) Object.assign(env, { [`GIT_CONFIG_KEY_${i}`]: name, [`GIT_CONFIG_VALUE_${i}`]: value });
  return { source: `${scheme}://${host}${rest}`, env };
}

/** What git says may still name one. */
const hideCredentials = (text: string): string => text.replaceAll(/\/\/[^/@\s]+@/g, '//');
const shown = hideCredentials;
