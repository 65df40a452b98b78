import type { FileChange, MergeConflict, TreeEntry } from '#ports/git.ts';
import { findCollisions, foldersOf } from '#kernel/paths.ts';
import type { Change, FileMode, WholeChange } from '#modules/change-requests/index.ts';

/**
 * How a change reaches a head. R0: every file it touches is at the head exactly what it was at the base, so pointing the
 * tree at the submitted blobs is the merge. R1: git merges, because of the named paths.
 */
export type ApplyPlan = { rung: 'R0'; changes: FileChange[] } | { rung: 'R1'; because: string[] };

/** A change without its contents: enough to tell whether it can be swapped in. */
export type Touch =
  | { op: 'write'; path: string; from: string | null; baseBlob: string | null; mode: FileMode }
  | { op: 'delete'; path: string; baseBlob: string; mode: FileMode };

/** `head`: all its files, or those around the changed paths (`readAround`). */
export function planApply(changes: readonly WholeChange[], head: ReadonlyMap<string, TreeEntry>): ApplyPlan {
  const because = findOverlaps(changes, head);
  return because.length > 0 ? { rung: 'R1', because } : { rung: 'R0', changes: toFileChanges(changes) };
}

/** Paths of changes that somebody else's work is in the way of. */
export function findOverlaps(changes: readonly Touch[], head: ReadonlyMap<string, TreeEntry>): string[] {
  const folders = new Set([...head.keys()].flatMap(foldersOf));
  return changes.filter((change) => !isUntouched(change, head, folders)).map((change) => change.path);
}

/** Of a change in its stored form. */
export function toTouch(change: Change): Touch {
  switch (change.op) {
    case 'create':
      return { op: 'write', path: change.path, from: null, baseBlob: null, mode: change.mode ?? '100644' };
    case 'delete':
      return { op: 'delete', path: change.path, baseBlob: change.base_blob, mode: change.mode ?? '100644' };
    case 'rename':
      return { op: 'write', path: change.path, from: change.from, baseBlob: change.base_blob, mode: change.mode ?? '100644' };
    case 'modify':
      return { op: 'write', path: change.path, from: null, baseBlob: change.base_blob, mode: change.mode ?? '100644' };
    case 'patch':
    case 'json_patch':
      throw new TypeError('a stored change holds whole contents');
  }
}

function isUntouched(change: Touch, head: ReadonlyMap<string, TreeEntry>, folders: ReadonlySet<string>): boolean {
  if (change.op === 'delete') return isAt(head, change.path, change.baseBlob, change.mode);
  if (change.baseBlob === null) return isFree(change.path, head, folders);
  // A mode other than the submitted one was changed on either side, and the change does not say on which: git knows.
  if (!isAt(head, change.from ?? change.path, change.baseBlob, change.mode)) return false;
  return change.from === null || isFree(change.path, head, folders);
}

function isAt(head: ReadonlyMap<string, TreeEntry>, path: string, blob: string, mode: string): boolean {
  const entry = head.get(path);
  return entry?.blob === blob && entry.mode === mode;
}

/** Nothing at the path, no file where a folder above it must be, no folder where the file must be. */
function isFree(path: string, head: ReadonlyMap<string, TreeEntry>, folders: ReadonlySet<string>): boolean {
  return !head.has(path) && !folders.has(path) && !foldersOf(path).some((folder) => head.has(folder));
}

export function toFileChanges(changes: readonly WholeChange[]): FileChange[] {
  return changes.flatMap((change): FileChange[] => {
    if (change.op === 'delete') return [{ path: change.path, content: null }];
    const write: FileChange = { path: change.path, content: change.content, mode: change.mode };
    return change.from === null || change.from === change.path ? [write] : [{ path: change.from, content: null }, write];
  });
}

/**
 * New names that, on some file systems, are one with a name others landed meanwhile: git merges them, people cannot check them out.
 * `after`: the files of the result, `added` among them.
 */
export function collisionConflicts(after: Iterable<string>, added: readonly string[]): MergeConflict[] {
  return findCollisions(after, added).map(({ path, other }) => ({
    path,
    message: `CONFLICT (name collision): ${path} and ${other} are one file on file systems that ignore case.`,
    base: null,
    ours: null,
    theirs: null,
  }));
}
