import type { CommitId } from './git.ts';

/**
 * Notices what people do in a repository of theirs on this machine while Reeve works on it: commits, branch switches, edits. It only
 * reads, and nothing it says is needed for safety: the queue compares and swaps whatever was noticed or not; what is noticed early is
 * found out with less work lost.
 */
export interface RepositoryWatcher {
  /**
   * Begins to watch the repository whose top folder (or bare folder) `dir` is. Resolves when changes from now on are noticed. A bare
   * repository has no files: only its refs are watched. Throws AppError invalid `not_a_repository`, not_found `folder_missing`.
   */
  watch(dir: string, heard: Heard): Promise<Watching>;
}

/** All are called one after the other; a rejection or a throw is logged and changes nothing. Do not await `stop` inside of one. */
export interface Heard {
  /** Something changed: at most about a second ago, many changes in one call. */
  onChange(change: RepositoryChange): void | Promise<void>;
  /** Watching is over by itself: the folder was moved, removed, or is no repository any more. Called once, never after `stop`. */
  onEnd(reason: string): void | Promise<void>;
}

export interface Watching {
  /** `files`: edits are noticed too. `refs`: commits and switches only (a bare repository, or too many folders for this machine). */
  readonly mode: 'files' | 'refs';
  /** Nothing is called any more when it resolves. Twice is once. */
  stop(): Promise<void>;
}

/** Where HEAD is. `branch` is null when detached, `commit` before the first one. */
export interface WhereHead {
  branch: string | null;
  commit: CommitId | null;
}

export interface RefMove {
  /** Name without `refs/heads/`. */
  branch: string;
  /** Null: made, or removed. */
  from: CommitId | null;
  to: CommitId | null;
}

export type RepositoryChange =
  /** Branches moved, were made or removed: commits, rebases, fetches into them, pushes of Reeve itself. */
  | ({ kind: 'ref'; moves: RefMove[] } & WhereHead)
  /** Another branch (or commit) is checked out. */
  | ({ kind: 'head'; previous: WhereHead } & WhereHead)
  /**
   * Files that git does not ignore were written, made or removed (paths as in git, sorted; a removed folder is its own path). At most
   * `MOST_PATHS` are named; `count` is how many there were, at least.
   */
  | ({ kind: 'worktree'; paths: string[]; count: number } & WhereHead);

/** Named paths of one change; who needs all of them asks git. */
export const MOST_PATHS = 500;
