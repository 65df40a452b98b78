import type { FileChange, MergeConflict, TreeEntry } from '#ports/git.ts';
import type { WholeChange } from './decide.contents.ts';
import { findCollisions, foldersOf } from './decide.path.ts';

/**
 * How a change reaches a head. R0: every file it touches is at the head exactly what it was at the base, so pointing the
 * tree at the submitted blobs is the merge. R1: git merges, because of the named paths.
 */
export type ApplyPlan = { rung: 'R0'; changes: FileChange[] } | { rung: 'R1'; because: string[] };

export function planApply(changes: readonly WholeChange[], head: ReadonlyMap<string, TreeEntry>): ApplyPlan {
  const folders = new Set([...head.keys()].flatMap(foldersOf));
  const because = changes.filter((change) => !isUntouched(change, head, folders)).map((change) => change.path);
  return because.length > 0 ? { rung: 'R1', because } : { rung: 'R0', changes: toFileChanges(changes) };
}

function isUntouched(change: WholeChange, head: ReadonlyMap<string, TreeEntry>, folders: ReadonlySet<string>): boolean {
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

/** New names that, on some file systems, are one with a name others landed meanwhile: git merges them, people cannot check them out. */
export function collisionConflicts(merged: readonly TreeEntry[], head: ReadonlyMap<string, TreeEntry>): MergeConflict[] {
  const added = merged.filter((entry) => !head.has(entry.path)).map((entry) => entry.path);
  return findCollisions(
    merged.map((entry) => entry.path),
    added,
  ).map(({ path, other }) => ({
    path,
    message: `CONFLICT (name collision): ${path} and ${other} are one file on file systems that ignore case.`,
    base: null,
    ours: null,
    theirs: null,
  }));
}
