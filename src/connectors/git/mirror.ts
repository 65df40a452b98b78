import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { Mirror, MirrorSpec } from '#ports/git.ts';
import { withFileLock } from './client.lock.ts';
import { GitFailure, type GitClient } from './client.ts';
import { parseSourceHead } from './map.ts';
import { createAuthors } from './mirror.authors.ts';
import { createDisk } from './mirror.disk.ts';
import { createHistory } from './mirror.history.ts';
import { createMerge } from './mirror.merge.ts';
import { createObjects } from './mirror.objects.ts';
import { createRefs } from './mirror.refs.ts';
import { createSizes } from './mirror.sizes.ts';
import { createObjectStore, type ObjectStore } from './mirror.store.ts';
import { createTouches } from './mirror.touches.ts';
import { createWorktrees } from './mirror.worktree.ts';

const LOCK_TIMEOUT_MS = 120_000;

/** Contents stay as they are on the way in and out of worktrees: no line-end, filter, keyword or encoding conversion. */
const INFO_ATTRIBUTES = '* -text -filter -ident -working-tree-encoding\n';

/** Opens the mirror of `spec.source`, making it first when it is not there. */
export async function openMirror(raw: GitClient, version: readonly [number, number, number], given: MirrorSpec): Promise<Mirror> {
  const spec = { ...given, dir: path.resolve(given.dir) };
  const source = createSource(raw, spec);
  if (!(await isMirror(spec.dir))) {
    await withFileLock(`${spec.dir}.lock`, LOCK_TIMEOUT_MS, async () => {
      if (!(await isMirror(spec.dir))) await make(raw, spec, source);
    });
  }
  // Small packs are put together by git itself, which keeps what no ref names.
  const tidy = (): void => void raw.run(['repack', '--geometric=2', '-d', '-l', '-q'], { gitDir: spec.dir }).catch(() => undefined);
  const store = createObjectStore(createDisk(spec.dir, tidy));
  const client = afterFlush(raw, store);
  const objects = createObjects(client, spec.dir, store);
  const {
    adoption: _adoption,
    lineage: _lineage,
    commits: _commits,
    trees: _trees,
    standIn: _standIn,
    mergeFiles: _mergeFiles,
    countLines: _countLines,
    ...objectMembers
  } = objects;
  const sizes = createSizes(client, spec.dir);
  return {
    dir: spec.dir,
    fetch: () => withFileLock(path.join(spec.dir, 'reeve-fetch.lock'), LOCK_TIMEOUT_MS, () => source.fetchInto(spec.dir)),
    sourceDefaultBranch: source.defaultBranch,
    together: store.together,
    ...objectMembers,
    ...createHistory(client, spec.dir, objects),
    ...createTouches(client, spec.dir),
    ...createAuthors(client, spec.dir),
    ...sizes,
    ...createRefs(client, spec.dir, store.settle),
    ...createMerge({
      client,
      gitDir: spec.dir,
      objects,
      blobSizes: sizes.blobSizes,
      together: store.together,
      takesBase: version[0] > 2 || version[1] >= 40,
    }),
    ...createWorktrees(client, spec.dir, objects),
  };
}

/** git's processes read what is on the disk. */
function afterFlush(client: GitClient, store: Pick<ObjectStore, 'flush'>): GitClient {
  const run: GitClient['run'] = async (args, spec) => {
    await store.flush();
    return client.run(args, spec);
  };
  return { ...client, run, text: async (args, spec) => (await run(args, spec)).stdout.toString('utf8').trim(), ready: () => store.flush() };
}

async function isMirror(dir: string): Promise<boolean> {
  return (await readFile(path.join(dir, 'reeve-mirror'), 'utf8').catch(() => null)) !== null;
}

/** Made aside and renamed into place: a mirror is either complete or absent, whenever the process dies. */
async function make(client: GitClient, spec: MirrorSpec, source: Source): Promise<void> {
  const heads = await source.list();
  const format = /^[0-9a-f]{64}\t/m.test(heads) ? 'sha256' : 'sha1';
  const aside = `${spec.dir}.making-${randomUUID()}`;
  await mkdir(path.dirname(spec.dir), { recursive: true });
  try {
    await client.run(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--initial-branch=reeve-none', aside]);
    await mkdir(path.join(aside, 'info'), { recursive: true });
    await writeFile(path.join(aside, 'info', 'attributes'), INFO_ATTRIBUTES);
    await source.fetchInto(aside);
    await writeFile(path.join(aside, 'reeve-mirror'), '1\n');
    await rename(aside, spec.dir);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

interface Source {
  /** `git ls-remote --symref`; throws AppError when it is not a repository or cannot be reached. */
  list(): Promise<string>;
  defaultBranch(): Promise<string | null>;
  fetchInto(gitDir: string): Promise<void>;
}

function createSource(client: GitClient, spec: MirrorSpec): Source {
  const remote = isUrl(spec.source) ? spec.source : path.resolve(spec.source);
  // The serving side of a local repository (also by `file://`) refuses one that belongs to somebody else and does not see our settings;
  // serving it runs nothing of it, so its owner does not matter.
  const isRemote = isUrl(spec.source) && !/^file:\/\//i.test(spec.source);
  const upload = isRemote ? [] : [`--upload-pack=git -c safe.directory='*' upload-pack`];
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw sourceFailure(error, spec.source);
    }
  };

  const envNow = async () => (spec.auth === undefined ? spec.env : { ...spec.env, ...(await spec.auth()) });
  const list = () =>
    guarded(async () => client.text(['ls-remote', '--symref', ...upload, '--', remote, 'HEAD', 'refs/heads/*'], { env: await envNow() }));
  return {
    list,
    defaultBranch: async () => parseSourceHead(await list()),
    fetchInto: (gitDir) =>
      guarded(async () => {
        const flags = [
          '--quiet',
          '--prune',
          '--no-tags',
          '--force',
          '--no-write-fetch-head',
          '--no-auto-gc',
          '--no-recurse-submodules',
          '--update-shallow',
        ];
        await client.run(['fetch', ...flags, ...upload, '--', remote, '+refs/heads/*:refs/remotes/source/*'], { gitDir, env: await envNow() });
      }),
  };
}

function isUrl(source: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(source) || /^[^/\\]+@[^/:]+:/.test(source);
}

/** Credentials in a URL must not reach a log or a record. */
function shown(source: string): string {
  return source.replace(/\/\/[^@/]*@/, '//');
}

function sourceFailure(error: unknown, source: string): unknown {
  if (!(error instanceof GitFailure)) return error;
  const name = shown(source);
  if (
    /does not appear to be a git repository|not a git repository|repository .* does not exist|repository .* not found|invalid gitfile format|No such file or directory/i.test(
      error.stderr,
    )
  ) {
    return new AppError('invalid', `${name} is not a git repository.`, {
      code: 'not_a_repository',
      hint: 'Give the path of a repository (its top folder), or a URL that git can fetch from.',
    });
  }
  if (/authentication failed|permission denied|could not read (username|password)|access denied|HTTP 40[13]/i.test(error.stderr)) {
    return new AppError('unavailable', `${name} refused the credentials.`, {
      code: 'source_forbidden',
      hint: 'Check the token or key for this repository.',
    });
  }
  return new AppError('unavailable', `${name} could not be fetched.`, {
    code: 'source_unreachable',
    hint: 'Check that it can be reached, then try again.',
    detail: { git: error.stderr.replaceAll(source, name).slice(-2000) },
  });
}
