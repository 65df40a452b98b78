import { mkdirSync } from 'node:fs';
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
  const { source, ref, dir } = settings;
  const git = async (args: readonly string[], stdin = ''): Promise<string> => {
    const result = await runCommand({
      command: 'git',
      args: ['-C', dir, ...args],
      cwd: dir,
      env: { ...settings.env, ...AUTHOR },
      stdin,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: 64 * 1024,
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
    async publish(document) {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      await git(['init', '--quiet', '--bare', '.']);
      const [found] = (await git(['ls-remote', source, ref])).split(/\s/);
      const parent = found === undefined || found === '' ? null : found;
      if (parent !== null) await git(['fetch', '--quiet', '--no-tags', source, `+${ref}:${KEPT}`]);
      const blob = await git(['hash-object', '-w', '--stdin'], `${document}\n`);
      const tree = await git(['mktree'], `100644 blob ${blob}\tcheckpoint.json\n`);
      const parents = parent === null ? [] : ['-p', parent];
      const commit = await git(['commit-tree', tree, ...parents, '-m', 'Ledger checkpoint']);
      await git(['push', '--quiet', source, `${commit}:${ref}`]);
    },
  };
}

/** Addresses may hold a token. */
const hideCredentials = (text: string): string => text.replaceAll(/\/\/[^/@\s]+@/g, '//');
const shown = hideCredentials;
