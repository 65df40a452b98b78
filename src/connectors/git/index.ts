import { AppError } from '#kernel/errors.ts';
import type { Git, MirrorSpec } from '#ports/git.ts';
import { createGitClient } from './client.ts';
import { createScratch } from './mirror.scratch.ts';
import { openMirror } from './mirror.ts';

export { createRepositoryWatcher, type WatchSettings } from './watch.ts';

export interface GitSettings {
  /** Program name or path; default `git`. */
  gitPath?: string;
  /** What git's processes see of our environment: `PATH`; `HOME`, proxies and `SSH_AUTH_SOCK` where fetches need them. */
  env: Readonly<Record<string, string>>;
  /** Wall clock limit of one git command; default 10 minutes (a first fetch may be large). */
  timeoutMs?: number;
  /** How long a ref's lock is waited for before its holder counts as dead; default 10 s. */
  refLockTimeoutMs?: number;
}

// 2.38 brought `merge-tree --write-tree` and `cat-file -z`.
const OLDEST_MINOR = 38;

/** The port `git` by the installed git program. Nothing is started before the first call. */
export function createGit(settings: GitSettings): Git {
  const client = createGitClient({ ...settings, gitPath: settings.gitPath ?? 'git', timeoutMs: settings.timeoutMs ?? 600_000 });
  let known: Promise<[number, number, number]> | null = null;

  async function ask(): Promise<[number, number, number]> {
    const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(await client.text(['version']));
    if (found === null) throw new AppError('unavailable', 'The git program did not tell its version.', { code: 'git_missing' });
    return [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  }

  function version(): Promise<[number, number, number]> {
    known ??= ask().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  }

  async function recent(): Promise<[number, number, number]> {
    const found = await version();
    if (found[0] > 2 || (found[0] === 2 && found[1] >= OLDEST_MINOR)) return found;
    throw new AppError('unavailable', `git ${found.join('.')} is too old: 2.${OLDEST_MINOR} or newer is needed.`, {
      code: 'git_too_old',
      hint: 'Install a newer git.',
    });
  }

  return {
    version,
    mirror: async (spec: MirrorSpec) => openMirror(client, await recent(), spec),
    scratch: async (of) => createScratch(client, await recent(), of),
  };
}
