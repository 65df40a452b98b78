import type { RawEntry, RawTree } from './map.tree.ts';
import type { Trees } from './mirror.trees.ts';

/** A file that two trees do not have in common; null: that tree has none there. */
export interface Difference {
  /** The path's bytes as latin1. */
  path: string;
  before: RawEntry | null;
  after: RawEntry | null;
}

/** More files than this are git's to compare. */
const MOST_FILES = 200;

/**
 * Files that differ between two trees, in git's order; folders the two share are not looked into. Null where git must say: something
 * else than plain files, a mode that changes, a file that takes the place of a folder, files that come and files that go (which may be
 * renames), or very many.
 */
export async function compareTrees(trees: Pick<Trees, 'raw'>, before: string, after: string): Promise<Difference[] | null> {
  const found: Difference[] = [];
  if (!(await collect(trees, { before, after, prefix: '', found }))) return null;
  if (found.some((one) => one.before === null) && found.some((one) => one.after === null)) return null;
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

interface Pair {
  before: string | null;
  after: string | null;
  prefix: string;
  found: Difference[];
}

const isFolder = (entry: RawEntry | undefined): boolean => entry?.mode === '40000';
const isPlainFile = (entry: RawEntry | undefined): boolean => entry === undefined || entry.mode === '100644' || entry.mode === '100755';

async function collect(trees: Pick<Trees, 'raw'>, { before, after, prefix, found }: Pair): Promise<boolean> {
  const none: RawTree = new Map();
  const old = before === null ? none : await trees.raw(before);
  const now = after === null ? none : await trees.raw(after);
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.id === is?.id && was?.mode === is?.mode) continue;
    const path = prefix + name;
    if (isFolder(was) || isFolder(is)) {
      if ((was !== undefined && !isFolder(was)) || (is !== undefined && !isFolder(is))) return false;
      if (!(await collect(trees, { before: was?.id ?? null, after: is?.id ?? null, prefix: `${path}/`, found }))) return false;
    } else {
      if (!isPlainFile(was) || !isPlainFile(is) || (was !== undefined && is !== undefined && was.mode !== is.mode)) return false;
      if (found.length === MOST_FILES) return false;
      found.push({ path, before: was ?? null, after: is ?? null });
    }
  }
  return true;
}
