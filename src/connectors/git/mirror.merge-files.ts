import { mergeTexts } from './map.merge-text.ts';
import { isKnownMode, type RawEntry, type RawTree } from './map.tree.ts';
import { compareTrees, type Difference } from './mirror.compare.ts';
import type { ObjectStore } from './mirror.store.ts';
import type { Texts } from './mirror.texts.ts';
import type { RawPlacement, Trees } from './mirror.trees.ts';

interface Parts {
  texts: Texts;
  store: Pick<ObjectStore, 'write'>;
  trees: Trees;
}

/** Ids of trees. */
interface MergeTrees {
  base: string;
  ours: string;
  theirs: string;
}

/**
 * The tree that merge-ort makes, worked out here where no part of it is in doubt; null: git must merge. Theirs changes, adds or
 * deletes files, but does not both add and delete: so it has no renames. Each file it changes or deletes is still there in ours, and
 * every folder it adds a file to is there or was never in the base: so no rename in ours has to do with it. Then merge-ort goes
 * file by file, and a file that both changed is a matter of its lines alone.
 */
export async function mergeFiles(parts: Parts, { base, ours, theirs }: MergeTrees): Promise<string | null> {
  const differences = await compareTrees(parts.trees, base, theirs);
  if (differences === null) return null;
  const placements: RawPlacement[] = [];
  for (const one of differences) {
    const placed = await placeOne(parts, one, { base, ours });
    if (placed === null) return null;
    placements.push(...placed);
  }
  return placements.length === 0 ? ours : parts.trees.placeRaw(ours, placements);
}

async function placeOne(
  parts: Parts,
  { path, before, after }: Difference,
  { base, ours }: Omit<MergeTrees, 'theirs'>,
): Promise<RawPlacement[] | null> {
  const there = await lookAt(parts.trees, ours, path);
  if (there.kind === 'odd') return null;
  if (before === null && after !== null) {
    if (there.file !== null) return isSame(there.file, after) ? [] : null;
    if (!(await hasNoMovedFolder(parts.trees, base, path, there.missing))) return null;
    return [{ path, file: after }];
  }
  if (before === null || there.file === null || there.file.mode !== before.mode) return null;
  if (after === null) return isSame(there.file, before) ? [{ path, file: null }] : null;
  if (isSame(there.file, before)) return [{ path, file: after }];
  if (isSame(there.file, after)) return [];
  const merged = await mergeBlobs(parts, before.id, there.file.id, after.id);
  return merged === null ? null : [{ path, file: { mode: before.mode, id: merged } }];
}

const isSame = (a: RawEntry, b: RawEntry): boolean => a.id === b.id && a.mode === b.mode;

async function mergeBlobs({ texts, store }: Parts, base: string, ours: string, theirs: string): Promise<string | null> {
  const [from, left, right] = (await texts.read([base, ours, theirs])) ?? [];
  const merged = from === undefined || left === undefined || right === undefined ? null : mergeTexts(from, left, right);
  return merged === null ? null : store.write('blob', merged, base.length === 64 ? 'sha256' : 'sha1');
}

/** `missing`: the folders of the path that are not there, the outermost first. */
type Found = { kind: 'found'; file: RawEntry | null; missing: string[] } | { kind: 'odd' };

/** What a tree has at a path. Odd: a folder or something else in the place of the file, or a file in the place of a folder. */
async function lookAt(trees: Trees, tree: string, path: string): Promise<Found> {
  const names = path.split('/');
  let folder = tree;
  for (const [at, name] of names.entries()) {
    const raw = await trees.raw(folder);
    // Where git rewrites such a folder it writes the modes anew.
    if (!hasPlainModes(raw)) return { kind: 'odd' };
    const entry = raw.get(name);
    if (at === names.length - 1) {
      const isFile = entry === undefined || entry.mode === '100644' || entry.mode === '100755';
      return isFile ? { kind: 'found', file: entry ?? null, missing: [] } : { kind: 'odd' };
    }
    if (entry === undefined)
      return { kind: 'found', file: null, missing: names.slice(at, -1).map((_, more) => names.slice(0, at + more + 1).join('/')) };
    if (entry.mode !== '40000') return { kind: 'odd' };
    folder = entry.id;
  }
  return { kind: 'odd' };
}

const plain = new WeakMap<RawTree, boolean>();

function hasPlainModes(tree: RawTree): boolean {
  const before = plain.get(tree);
  if (before !== undefined) return before;
  const found = [...tree.values()].every(({ mode }) => mode === '40000' || isKnownMode(mode));
  plain.set(tree, found);
  return found;
}

/** A folder that the base has and ours has not may have been renamed in ours, and what is added to it goes along. */
async function hasNoMovedFolder(trees: Trees, base: string, path: string, missing: readonly string[]): Promise<boolean> {
  if (missing.length === 0) return true;
  const inBase = await lookAt(trees, base, path);
  if (inBase.kind === 'odd') return false;
  return missing.every((folder) => inBase.missing.includes(folder));
}
