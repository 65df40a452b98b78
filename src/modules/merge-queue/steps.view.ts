import { collisionKey } from '#kernel/paths.ts';
import type { FolderEntry, Mirror, TreeEntry } from '#ports/git.ts';

type Folder = ReadonlyMap<string, FolderEntry>;

/**
 * The files of a tree that can matter to somebody who writes `paths`, and no others: what is at those paths, a file where a folder
 * must be, and for a folder that is in the way, or is spelled otherwise, one file in it that is not among `paths`. Names that differ
 * by case or Unicode form alone count as the same. Where `planApply` and `findCollisions` get these files they decide as if they
 * had got all of them; a large repository costs no more than a small one.
 */
export async function readAround(mirror: Mirror, treeish: string, paths: Iterable<string>): Promise<Map<string, TreeEntry>> {
  const asked = new Set(paths);
  const found = new Map<string, TreeEntry>();
  const root = await mirror.readFolder(await mirror.treeOf(treeish));

  /** `only`: the folders above are spelled as they were asked for, and in no other way beside it. */
  async function look(folder: Folder, prefix: string, segments: readonly string[], only: boolean): Promise<void> {
    const [segment = '', ...rest] = segments;
    const names = spellingsOf(folder).get(collisionKey(segment)) ?? [];
    for (const name of names) {
      const entry = folder.get(name);
      if (entry === undefined) continue;
      if (entry.mode !== '40000') add(found, `${prefix}${name}`, entry);
      else {
        const below = await mirror.readFolder(entry.id);
        const same = only && name === segment && names.length === 1;
        if (rest.length > 0) await look(below, `${prefix}${name}/`, rest, same);
        if (rest.length === 0 || !same) await addAny(below, `${prefix}${name}/`);
      }
    }
  }

  /** One file stands for the folder; not one that is being changed, because it may be gone afterwards. */
  async function addAny(folder: Folder, prefix: string): Promise<boolean> {
    for (const [name, entry] of folder) {
      const path = `${prefix}${name}`;
      if (entry.mode === '40000') {
        if (await addAny(await mirror.readFolder(entry.id), `${path}/`)) return true;
      } else if (!asked.has(path)) return add(found, path, entry);
    }
    return false;
  }

  for (const path of asked) await look(root, '', path.split('/'), true);
  return found;
}

function add(found: Map<string, TreeEntry>, path: string, { mode, id }: FolderEntry): true {
  if (mode !== '40000') found.set(path, { path, mode, blob: id });
  return true;
}

/** What is at exactly these paths. */
export async function readFiles(mirror: Mirror, tree: string, paths: Iterable<string>): Promise<Map<string, TreeEntry>> {
  const found = new Map<string, TreeEntry>();
  for (const path of paths) {
    let folder: Folder | undefined = await mirror.readFolder(tree);
    const segments = path.split('/');
    for (const [at, segment] of segments.entries()) {
      const entry: FolderEntry | undefined = folder?.get(segment);
      if (at === segments.length - 1 && entry !== undefined) add(found, path, entry);
      folder = entry?.mode === '40000' && at < segments.length - 1 ? await mirror.readFolder(entry.id) : undefined;
    }
  }
  return found;
}

/** Paths of `after` that are no file of `before` (trees); folders the two share are not looked into. */
export async function addedPaths(mirror: Mirror, before: string | null, after: string, prefix = ''): Promise<string[]> {
  if (before === after) return [];
  const old: Folder = before === null ? new Map<string, FolderEntry>() : await mirror.readFolder(before);
  const added: string[] = [];
  for (const [name, entry] of await mirror.readFolder(after)) {
    const was = old.get(name);
    if (entry.mode === '40000') added.push(...(await addedPaths(mirror, was?.mode === '40000' ? was.id : null, entry.id, `${prefix}${name}/`)));
    else if (was === undefined || was.mode === '40000') added.push(`${prefix}${name}`);
  }
  return added;
}

const spellings = new WeakMap<Folder, ReadonlyMap<string, string[]>>();

/** Names of a folder by what is one name on some file systems; worked out once, because the mirror keeps folders. */
function spellingsOf(folder: Folder): ReadonlyMap<string, string[]> {
  const before = spellings.get(folder);
  if (before !== undefined) return before;
  const found = new Map<string, string[]>();
  for (const name of folder.keys()) {
    const key = collisionKey(name);
    const same = found.get(key);
    if (same === undefined) found.set(key, [name]);
    else same.push(name);
  }
  spellings.set(folder, found);
  return found;
}
