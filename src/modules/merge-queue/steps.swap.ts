import type { BlobPlacement, MergeConflict, Mirror, TreeEntry } from '#ports/git.ts';
import { collisionConflicts, findOverlaps, toTouch, type Touch } from './decide.apply.ts';
import { readAround, readFiles, addedPaths } from './steps.view.ts';
import { submittedTree, type Speculated } from './steps.submitted.ts';

/** Whether R0 can put a change on a head, told without writing anything. `overlap`: git must merge. */
export type SwapPlan = { kind: 'swap' } | { kind: 'overlap'; because: string[] } | { kind: 'conflict'; conflicts: MergeConflict[] };

/** R0: every file the change touches is at the head what it was at the base, and no new name is in anybody's way. */
export async function planSwap(mirror: Mirror, entry: Speculated, onto: string): Promise<SwapPlan> {
  const touches = entry.document.changes.map(toTouch);
  const files = await readAround(mirror, onto, touches.flatMap(pathsOf));
  const because = findOverlaps(touches, files);
  if (because.length > 0) return { kind: 'overlap', because };
  const after = new Set(files.keys());
  for (const path of touches.flatMap(removedBy)) after.delete(path);
  const written = touches.flatMap((touch) => (touch.op === 'write' ? [touch.path] : []));
  for (const path of written) after.add(path);
  const conflicts = collisionConflicts(
    after,
    written.filter((path) => !files.has(path)),
  );
  return conflicts.length > 0 ? { kind: 'conflict', conflicts } : { kind: 'swap' };
}

/**
 * The tree that R0 makes of a head: the submitted blobs take the place of the very blobs the change was made on. So its difference
 * to the head is, file by file, the submitted one.
 */
export async function makeSwap(mirror: Mirror, entry: Speculated, onto: string): Promise<string> {
  const touches = entry.document.changes.map(toTouch);
  const submitted = await readFiles(
    mirror,
    await submittedTree(mirror, entry),
    touches.map(({ path }) => path),
  );
  const placements = touches.flatMap((touch): BlobPlacement[] => [
    ...removedBy(touch).map((path) => ({ path, file: null })),
    ...(touch.op === 'write' ? [{ path: touch.path, file: placed(submitted, touch) }] : []),
  ]);
  return mirror.placeBlobs(onto, placements);
}

function placed(submitted: ReadonlyMap<string, TreeEntry>, { path, mode }: Touch): { blob: string; mode: Touch['mode'] } {
  const file = submitted.get(path);
  if (file === undefined) throw new TypeError(`the submitted tree does not hold ${path}`);
  return { blob: file.blob, mode };
}

/** Names that a merge brings to the head and that are one with a name there on some file systems. */
export async function findNameConflicts(mirror: Mirror, head: string, merged: string): Promise<MergeConflict[]> {
  const added = await addedPaths(mirror, await mirror.treeOf(head), merged);
  return added.length === 0 ? [] : collisionConflicts((await readAround(mirror, merged, added)).keys(), added);
}

const pathsOf = (touch: Touch): string[] => (touch.op === 'write' && touch.from !== null ? [touch.from, touch.path] : [touch.path]);

function removedBy(touch: Touch): string[] {
  if (touch.op === 'delete') return [touch.path];
  return touch.from === null || touch.from === touch.path ? [] : [touch.from];
}
