/**
 * Git as the merge queue and the agent runs need it. Every repository Reeve works on has one bare **mirror** under the data
 * directory; agents get worktrees of it, the queue lands commits on its branches, and nothing here ever writes to a
 * repository of a person: pushing outward is an action (`ports/forge-write.ts`).
 */
export interface Git {
  /** Version as [major, minor, patch]. Throws AppError unavailable when git is missing. */
  version(): Promise<[number, number, number]>;
  /** Opens (and makes, once) the mirror of `source` (path or URL). Idempotent; safe when two processes do it. */
  mirror(spec: MirrorSpec): Promise<Mirror>;
  /** An empty repository that reads the objects of `of` and keeps what it writes to itself: for trying things out. */
  scratch(of: Mirror): Promise<Scratch>;
}

export interface Scratch {
  mirror: Mirror;
  /** Removes the repository; again is no error. */
  remove(): Promise<void>;
}

export interface MirrorSpec {
  /** Folder of the bare mirror. */
  dir: string;
  /** Path or URL to fetch from. Throws AppError invalid `not_a_repository` when it is not one. */
  source: string;
  /** Environment for authenticated fetches (askpass); never logged. */
  env?: Readonly<Record<string, string>>;
  /** The same, asked for before each fetch: for credentials that end. */
  auth?(): Promise<Readonly<Record<string, string>>>;
}

/** 40 (or 64) lower-case hexadecimal characters. */
export type CommitId = string;
export type TreeId = string;
export type BlobId = string;

export interface TreeEntry {
  /** Bytes of a name that are not UTF-8 are lone surrogates U+DC80-U+DCFF; `isWellFormed()` tells such names. */
  path: string;
  mode: '100644' | '100755' | '120000' | '160000';
  blob: BlobId;
}

/** A file or folder (`40000`) of one folder; `id` of a blob or a tree. */
export interface FolderEntry {
  mode: '40000' | TreeEntry['mode'];
  id: string;
}

/** A file to put at a path (null: remove what is there); mode null: what the file has, 100644 for a new one. */
export interface BlobPlacement {
  path: string;
  file: { blob: BlobId; mode: '100644' | '100755' | null } | null;
}

export interface FileChange {
  path: string;
  /** Null: the file is removed. */
  content: Uint8Array | null;
  /** Default: what the file has in the base, 100644 for a new one. */
  mode?: '100644' | '100755';
}

/**
 * `tree` of a conflict is git's own half-merged tree: everything that merged, and the conflicted files with conflict markers.
 * It is a base to put resolved files on; it must never land as it is.
 */
export type MergeResult = { kind: 'clean'; tree: TreeId } | { kind: 'conflict'; conflicts: MergeConflict[]; tree?: TreeId };

/** Most bytes of a side of a conflict that a merge gives as text; what is larger is not read. */
export const MOST_SIDE_BYTES = 1024 * 1024;

/** A conflict as a value: enough to show it, to hand it to an agent, and to resolve it by hand. */
export interface MergeConflict {
  path: string;
  /** git's own words: `CONFLICT (content): Merge conflict in …`. */
  message: string;
  /** A side is null where it has no file there, and where the file is binary or larger than `MOST_SIDE_BYTES`. */
  base: string | null;
  ours: string | null;
  theirs: string | null;
}

export interface CommitSpec {
  tree: TreeId;
  parents: readonly CommitId[];
  message: string;
  author: { name: string; email: string };
  /** Author and committer date, UNIX seconds, UTC. */
  atUnixS: number;
}

export interface Mirror {
  readonly dir: string;
  /** Fetches every branch of the source to `refs/remotes/source/*` (pruning). Local branches are untouched. */
  fetch(): Promise<void>;
  /** HEAD's branch name of the source, for example `main`; null when unborn or detached. */
  sourceDefaultBranch(): Promise<string | null>;
  /** Branches of the source as last fetched, by name. */
  sourceBranches(): Promise<Map<string, CommitId>>;
  /** Commit a full ref (`refs/heads/x`, `refs/remotes/source/x`) or id points at; null when there is none. */
  resolve(ref: string): Promise<CommitId | null>;
  treeOf(commit: CommitId): Promise<TreeId>;
  /** All files of a commit or tree. */
  listTree(treeish: string): Promise<TreeEntry[]>;
  /** What one folder of a tree holds by itself, by name. Folders are kept by id: asking again costs nothing. */
  readFolder(tree: TreeId): Promise<ReadonlyMap<string, FolderEntry>>;
  readBlob(blob: BlobId): Promise<Buffer>;
  /** Bytes of each, in their order, without reading any: they may be larger than memory. */
  blobSizes(blobs: readonly BlobId[]): Promise<number[]>;
  /** Content of one file, or null. */
  readFile(treeish: string, path: string): Promise<Buffer | null>;
  writeBlob(content: Uint8Array): Promise<BlobId>;
  /** The tree of `base` with `changes` applied. Makes objects only. */
  writeTree(base: CommitId, changes: readonly FileChange[]): Promise<TreeId>;
  /** As `writeTree`, for contents that are in the mirror already. */
  placeBlobs(base: CommitId, placements: readonly BlobPlacement[]): Promise<TreeId>;
  commit(spec: CommitSpec): Promise<CommitId>;
  /**
   * What `work` makes by this mirror becomes readable to other programs when it ends, all at once, rather than object by object; this
   * mirror itself reads it at any time. For making many commits on top of each other.
   */
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Three-way merge by git's merge-ort without a worktree; `base` is the ancestor to use. */
  merge(input: { base: CommitId; ours: CommitId; theirs: CommitId }): Promise<MergeResult>;
  mergeBase(a: CommitId, b: CommitId): Promise<CommitId | null>;
  isAncestor(ancestor: CommitId, descendant: CommitId): Promise<boolean>;
  /** Commits in `to` not in `from`, newest first; `firstParents`: only the branch's own line, without what was merged into it. */
  log(
    from: CommitId | null,
    to: CommitId,
    limit: number,
    only?: 'firstParents',
  ): Promise<Array<{ commit: CommitId; subject: string; atUnixS: number }>>;
  /** What the newest `limit` commits before and at `to` changed (merges left out), newest first; a renamed file is two paths. */
  touches(to: CommitId, limit: number): Promise<Array<{ commit: CommitId; atUnixS: number; paths: string[] }>>;
  /**
   * Who wrote the newest `limit` commits before and at `to` that changed one of `paths` (merges left out, at most 200 paths looked at), newest
   * first: author and co-authors as the commit names them, which is their own word; `paths` are those of the asked ones it changed.
   */
  authors(
    to: CommitId,
    paths: readonly string[],
    limit: number,
  ): Promise<Array<{ commit: CommitId; atUnixS: number; authors: Array<{ name: string; email: string }>; paths: string[] }>>;
  /** Changed paths between two commits or trees, renames detected. */
  diffNames(from: string, to: string): Promise<Array<{ status: 'A' | 'M' | 'D' | 'R' | 'T'; path: string; from: string | null }>>;
  /** Added and deleted lines per changed path, renames detected; null counts for binary files. */
  diffStat(from: string, to: string): Promise<Array<{ path: string; from: string | null; added: number | null; deleted: number | null }>>;
  /** Bytes of the files that differ between two commits or trees, as they become; a renamed file counts, a removed one does not. */
  changedBytes(from: string, to: string): Promise<number>;
  /** Unified diff for people; of `paths` alone when they are given, which are names and no patterns (both names of a rename). */
  diffText(from: string, to: string, maxBytes: number, paths?: readonly string[]): Promise<string>;
  /** Moves a ref from `expected` (null: must not exist) to `to`; false when it was not at `expected`. */
  compareAndSwap(ref: string, expected: CommitId | null, to: CommitId | null): Promise<boolean>;
  /** Makes a linked worktree with a detached head at `commit` (on `branch` when given). The folder must not exist. */
  addWorktree(dir: string, commit: CommitId, branch?: string): Promise<void>;
  /**
   * Makes a worktree of this mirror the files of `commit` and nothing else, ignored ones included, whatever was done in it. Its
   * head is detached afterwards. Throws AppError invalid `not_a_worktree`, not_found `unknown_commit`, internal `worktree_not_clean`.
   * Compare a snapshot with the commit before trusting it.
   */
  resetWorktree(dir: string, commit: CommitId): Promise<void>;
  removeWorktree(dir: string): Promise<void>;
  /** The state of a worktree's files (staged or not, committed by the agent or not) as a tree; hooks and filters off. */
  snapshotWorktree(dir: string): Promise<TreeId>;
}
