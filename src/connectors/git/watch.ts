import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { MOST_PATHS, type Heard, type RepositoryChange, type RepositoryWatcher, type Watching } from '#ports/watch.ts';
import { createGitClient, type GitClient } from './client.ts';
import { createDebounce, type DebounceTimes } from './watch.debounce.ts';
import { createFileWatch, type FileWatch } from './watch.files.ts';
import { createFolders, Exhausted, foldersBelow, identityOf, openWatch, type Folders, type OpenWatch } from './watch.folders.ts';
import { movesBetween, placesOf, readRefs, signatureOf, type Places, type RefState } from './watch.refs.ts';

export interface WatchSettings extends Partial<DebounceTimes> {
  /** Program name or path; default `git`. */
  gitPath?: string;
  /** What git's processes see of our environment: `PATH`. */
  env: Readonly<Record<string, string>>;
  log: Pick<Log, 'info' | 'warn'>;
  /** Most folders watched in one repository; default 6,000 (many machines allow 8,192 to a user, other programs' included). */
  mostFolders?: number;
  /** How often HEAD and refs are looked at in case an event was lost; default 5 s, and 1 s where nothing else is watched. */
  pollMs?: number;
  open?: OpenWatch;
}

/** 150 ms of quiet ends a burst; in one that does not end, something is said within 800 ms, so that reading still fits into a second. */
const TIMES: DebounceTimes = { quietMs: 150, mostMs: 800 };
const POLL_MS = { files: 5000, refs: 1000 };

/**
 * The port `watch` for repositories on this machine. One inotify watch for each folder that holds something git tracks, and for the
 * folders of refs: measured on 4,000 files in 400 folders beside a node_modules of 1,500, 422 watches and 80 ms to begin, where
 * `fs.watch` with `recursive` takes 16,400 watches and a second (it watches every file), and chokidar 650 ms.
 */
export function createRepositoryWatcher(settings: WatchSettings): RepositoryWatcher {
  const client = createGitClient({ gitPath: settings.gitPath ?? 'git', env: settings.env, timeoutMs: 60_000 });
  return {
    async watch(dir, heard) {
      const real = await realpath(dir).catch((cause: unknown) => {
        throw new AppError('not_found', `There is no folder ${dir}.`, { code: 'folder_missing', cause });
      });
      const watched = new Watched(client, settings, heard, { dir, places: await placesOf(client, real) });
      await watched.start();
      return watched;
    },
  };
}

/** One repository under watch: events only say that something may have changed; what did is read from git and the folders. */
class Watched implements Watching {
  mode: 'files' | 'refs';
  readonly #client: GitClient;
  readonly #settings: WatchSettings;
  readonly #heard: Heard;
  readonly #dir: string;
  readonly #places: Places;
  readonly #refFolders: Folders;
  readonly #debounce: ReturnType<typeof createDebounce>;
  #files: FileWatch | null = null;
  #identity = '';
  #signature = '';
  #state: RefState | null = null;
  #poll: NodeJS.Timeout | undefined;
  #over = false;

  constructor(client: GitClient, settings: WatchSettings, heard: Heard, where: { dir: string; places: Places }) {
    this.#client = client;
    this.#settings = settings;
    this.#heard = heard;
    this.#dir = where.dir;
    this.#places = where.places;
    this.mode = where.places.top === null ? 'refs' : 'files';
    const times = { quietMs: settings.quietMs ?? TIMES.quietMs, mostMs: settings.mostMs ?? TIMES.mostMs };
    this.#debounce = createDebounce(times, () => this.#look());
    this.#refFolders = createFolders({
      most: settings.mostFolders ?? 6000,
      open: settings.open ?? openWatch,
      onName: (folder, name) => {
        if (this.#concernsRefs(folder, name)) this.#debounce.call();
      },
    });
  }

  async start(): Promise<void> {
    // Watch first, read then: what happens in between is noticed as a difference to what was read.
    await this.#watchRefs();
    if (this.mode === 'files') await this.#watchFiles();
    this.#identity = await foldersOf(this.#dir, this.#places);
    this.#signature = await signatureOf(this.#places);
    this.#state = await readRefs(this.#client, this.#places);
    this.#schedulePoll();
  }

  async stop(): Promise<void> {
    this.#close();
    await this.#debounce.stop();
  }

  #close(): void {
    this.#over = true;
    clearTimeout(this.#poll);
    this.#refFolders.close();
    this.#files?.close();
  }

  /** git writes much that moves nothing (the index at each status, logs, objects): only names of refs wake us. */
  #concernsRefs(folder: string, name: string | null): boolean {
    if (name === null || folder.startsWith(path.join(this.#places.commonDir, 'ref'))) return true;
    return name === 'HEAD' || name === 'packed-refs' || name === 'refs' || name === path.basename(folder);
  }

  async #watchRefs(): Promise<void> {
    const { gitDir, commonDir } = this.#places;
    try {
      const below = await Promise.all(['refs/heads', 'reftable'].map((name) => foldersBelow(path.join(commonDir, name))));
      for (const dir of new Set([gitDir, commonDir, path.join(commonDir, 'refs'), ...below.flat()])) await this.#refFolders.add(dir);
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
      this.#fallBack(error);
    }
  }

  async #watchFiles(): Promise<void> {
    const { top, gitDir } = this.#places;
    if (top === null || this.mode === 'refs') return;
    this.#files = createFileWatch({
      client: this.#client,
      top,
      gitDir,
      most: this.#settings.mostFolders ?? 6000,
      open: this.#settings.open ?? openWatch,
      onEvent: () => this.#debounce.call(),
    });
    await this.#orFallBack(() => this.#files?.start());
  }

  async #orFallBack<T>(work: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
      this.#fallBack(error);
      return undefined;
    }
  }

  /** No room for so many watches: edits go unnoticed from here on, commits and switches are still found by looking each second. */
  #fallBack(error: Exhausted): void {
    this.mode = 'refs';
    this.#files?.close();
    this.#files = null;
    this.#settings.log.warn(
      { repository: this.#dir, reason: error.message, hint: 'Raise fs.inotify.max_user_watches to have edits noticed too.' },
      'Too many folders to watch here: only commits and branch switches are noticed.',
    );
    this.#schedulePoll();
  }

  /** Also notices what no event told: a lost one, a file system without events, a folder that was moved away. */
  #schedulePoll(): void {
    clearTimeout(this.#poll);
    if (this.#over) return;
    this.#poll = setTimeout(() => {
      this.#debounce.call();
      this.#schedulePoll();
    }, this.#settings.pollMs ?? POLL_MS[this.mode]);
    this.#poll.unref();
  }

  async #look(): Promise<void> {
    try {
      if (this.#over) return;
      if ((await foldersOf(this.#dir, this.#places)) !== this.#identity) return await this.#end();
      await this.#lookAtRefs();
      await this.#lookAtFiles();
    } catch (error) {
      // Half removed while we read, most often: the next look finds it gone, or whole again.
      this.#settings.log.warn({ repository: this.#dir, error: messageOf(error) }, 'A watched repository could not be read; it is tried again.');
    }
  }

  async #lookAtRefs(): Promise<void> {
    const signature = await signatureOf(this.#places);
    const before = this.#state;
    if (signature === this.#signature || before === null) return;
    const after = await readRefs(this.#client, this.#places);
    this.#signature = signature;
    this.#state = after;
    await this.#watchRefs();
    const moves = movesBetween(before, after);
    if (moves.length > 0) await this.#say({ kind: 'ref', moves, ...after.head });
    // A commit moves the branch HEAD is on: that was said. Another branch, or a detached HEAD elsewhere, is a switch.
    const switched = after.head.branch !== before.head.branch || (after.head.branch === null && after.head.commit !== before.head.commit);
    if (switched) await this.#say({ kind: 'head', previous: before.head, ...after.head });
  }

  async #lookAtFiles(): Promise<void> {
    const paths = (await this.#orFallBack(() => this.#files?.settle())) ?? [];
    if (paths.length === 0) return;
    const head = this.#state?.head ?? { branch: null, commit: null };
    await this.#say({ kind: 'worktree', paths: paths.slice(0, MOST_PATHS), count: paths.length, ...head });
  }

  async #say(change: RepositoryChange): Promise<void> {
    if (this.#over) return;
    try {
      await this.#heard.onChange(change);
    } catch (error) {
      this.#settings.log.warn({ repository: this.#dir, error: messageOf(error) }, 'A change of a watched repository could not be handled.');
    }
  }

  async #end(): Promise<void> {
    this.#close();
    const reason = (await exists(this.#dir)) ? `${this.#dir} is not the same repository any more.` : `${this.#dir} was moved or removed.`;
    this.#settings.log.info({ repository: this.#dir }, reason);
    try {
      await this.#heard.onEnd(reason);
    } catch (error) {
      this.#settings.log.warn({ repository: this.#dir, error: messageOf(error) }, 'The end of a watch could not be handled.');
    }
  }
}

async function exists(dir: string): Promise<boolean> {
  return (await lstat(dir).catch(() => null)) !== null;
}

/** The folders themselves, not what is called like them now. */
async function foldersOf(dir: string, { gitDir, commonDir }: Places): Promise<string> {
  const found = await Promise.all([dir, gitDir, commonDir].map((one) => lstat(one).catch(() => null)));
  return found.map((one) => (one === null ? 'gone' : identityOf(one))).join(' ');
}
