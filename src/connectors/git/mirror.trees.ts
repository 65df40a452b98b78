import { AppError } from '#kernel/errors.ts';
import type { BlobPlacement, FolderEntry, TreeEntry } from '#ports/git.ts';
import type { ObjectReader } from './client.batch.ts';
import { nameFromBytes, nameToBytes } from './map.ts';
import { encodeTree, isKnownMode, parseTreeObject, type RawEntry, type RawTree } from './map.tree.ts';
import type { ObjectFormat, ObjectStore } from './mirror.store.ts';

export type Placement = BlobPlacement;

/** As `Placement`, the path's bytes as latin1 and the mode as it is; null: removed. */
export interface RawPlacement {
  path: string;
  file: RawEntry | null;
}

export interface Trees {
  /** One folder as it is in git. */
  raw(tree: string): Promise<RawTree>;
  list(tree: string): Promise<TreeEntry[]>;
  /** One folder alone. The answer of one tree is one object as long as it is kept. */
  folder(tree: string): Promise<ReadonlyMap<string, FolderEntry>>;
  /** Files of the whole tree that bear the name, with their paths; found once for each folder and kept. */
  named(tree: string, name: string): Promise<readonly TreeEntry[]>;
  /** Whether it is known that the id is a tree that is here. */
  has(tree: string): boolean;
  /** The tree with the placements; removals first, empty folders vanish, what is in the way of a file goes. */
  place(tree: string, placements: readonly Placement[]): Promise<string>;
  placeRaw(tree: string, placements: readonly RawPlacement[]): Promise<string>;
}

/** Most entries of all kept trees together; an entry takes about 100 bytes. */
const MOST_ENTRIES = 200_000;

interface TreeCache {
  has(id: string): boolean;
  read(id: string): Promise<RawTree>;
  keep(id: string, tree: RawTree): void;
}

/** Trees read once and kept: their ids say what is in them. Two heads that follow each other share nearly all of them. */
function createTreeCache(reader: ObjectReader): TreeCache {
  const known = new Map<string, RawTree>();
  let entries = 0;

  function keep(id: string, tree: RawTree): void {
    if (known.has(id)) return;
    known.set(id, tree);
    entries += tree.size;
    for (const [oldest, kept] of known) {
      if (entries <= MOST_ENTRIES) break;
      known.delete(oldest);
      entries -= kept.size;
    }
  }

  return {
    keep,
    has: (id) => known.has(id),
    async read(id) {
      const before = known.get(id);
      if (before !== undefined) {
        // Used again: the last to go.
        known.delete(id);
        known.set(id, before);
        return before;
      }
      const object = await reader.read(id);
      if (object === null || object.type !== 'tree')
        throw new AppError('not_found', `There is no tree ${id} in the mirror.`, { code: 'unknown_commit' });
      const tree = parseTreeObject(object.data, id.length / 2);
      keep(id, tree);
      return tree;
    },
  };
}

/** What is told of folders again and again: worked out once, for as long as the folder is kept. */
function createListings(read: TreeCache['read']): Pick<Trees, 'folder' | 'named'> {
  const folders = new WeakMap<RawTree, ReadonlyMap<string, FolderEntry>>();
  const found = new WeakMap<RawTree, Map<string, readonly TreeEntry[]>>();

  async function named(id: string, name: string): Promise<readonly TreeEntry[]> {
    const tree = await read(id);
    const before = found.get(tree)?.get(name);
    if (before !== undefined) return before;
    const all: TreeEntry[] = [];
    for (const [raw, entry] of tree) {
      if (entry.mode === '40000') {
        const below = await named(entry.id, name);
        if (below.length > 0) all.push(...below.map((file) => ({ ...file, path: `${nameOf(raw)}/${file.path}` })));
      } else if (raw === name) all.push({ path: name, mode: knownMode(entry.mode), blob: entry.id });
    }
    found.set(tree, (found.get(tree) ?? new Map<string, readonly TreeEntry[]>()).set(name, all));
    return all;
  }

  return {
    named,
    async folder(tree) {
      const raw = await read(tree);
      const before = folders.get(raw);
      if (before !== undefined) return before;
      const folder = new Map([...raw].map(([name, { mode, id }]): [string, FolderEntry] => [nameOf(name), { mode: toFolderMode(mode), id }]));
      folders.set(raw, folder);
      return folder;
    },
  };
}

export function createTrees(reader: ObjectReader, store: Pick<ObjectStore, 'write'>): Trees {
  const { read, keep, has } = createTreeCache(reader);
  async function write(tree: RawTree, format: ObjectFormat): Promise<string> {
    const id = await store.write('tree', encodeTree(tree), format);
    keep(id, tree);
    return id;
  }

  async function collect(id: string, prefix: string, into: TreeEntry[]): Promise<void> {
    for (const [name, entry] of await read(id)) {
      if (entry.mode === '40000') await collect(entry.id, `${prefix}${nameOf(name)}/`, into);
      else into.push({ path: prefix + nameOf(name), mode: knownMode(entry.mode), blob: entry.id });
    }
  }

  /** Null: nothing is left of the folder. */
  async function rewrite(id: string | null, steps: readonly Step[], format: ObjectFormat): Promise<string | null> {
    const next: RawTree = new Map(id === null ? [] : await read(id));
    const below = new Map<string, Step[]>();
    for (const step of steps) {
      const [name = '', ...rest] = step.names;
      if (rest.length > 0) below.set(name, [...(below.get(name) ?? []), { names: rest, file: step.file }]);
      else put(next, name, step.file);
    }
    for (const [name, inner] of below) {
      const folder = next.get(name);
      if (folder?.mode !== '40000' && inner.every((step) => step.file === null)) continue;
      const written = await rewrite(folder?.mode === '40000' ? folder.id : null, inner, format);
      if (written === null) next.delete(name);
      else next.set(name, { mode: '40000', id: written });
    }
    return next.size === 0 ? null : write(next, format);
  }

  async function putAll(tree: string, steps: readonly Step[]): Promise<string> {
    const format = tree.length === 64 ? 'sha256' : 'sha1';
    const removals = steps.filter((step) => step.file === null);
    const placed = steps.filter((step) => step.file !== null);
    const removed = removals.length === 0 ? tree : await rewrite(tree, removals, format);
    const result = placed.length === 0 ? removed : await rewrite(removed, placed, format);
    return result ?? write(new Map(), format);
  }

  return {
    has,
    ...createListings(read),
    async list(tree) {
      const all: TreeEntry[] = [];
      await collect(tree, '', all);
      return all;
    },
    raw: read,
    place: (tree, placements) =>
      putAll(
        tree,
        placements.map(({ path, file }) => ({ names: nameToBytes(path).toString('latin1').split('/'), file })),
      ),
    placeRaw: (tree, placements) =>
      putAll(
        tree,
        placements.map(({ path, file }) => ({ names: path.split('/'), file: file === null ? null : { blob: file.id, mode: file.mode } })),
      ),
  };
}

interface Step {
  /** The rest of the path, bytes as latin1. */
  names: readonly string[];
  file: { blob: string; /** Null: what the file has. */ mode: string | null } | null;
}

function put(tree: RawTree, name: string, file: Step['file']): void {
  const before = tree.get(name);
  if (file === null) {
    if (before?.mode !== '40000') tree.delete(name);
  } else tree.set(name, { mode: file.mode ?? keptMode(before), id: file.blob });
}

/** As in git: an executable stays one. */
function keptMode(before: RawEntry | undefined): string {
  return before !== undefined && before.mode !== '40000' && knownMode(before.mode) === '100755' ? '100755' : '100644';
}

const toFolderMode = (mode: string): FolderEntry['mode'] => (mode === '40000' ? '40000' : knownMode(mode));

function knownMode(mode: string): TreeEntry['mode'] {
  if (isKnownMode(mode)) return mode;
  // Old repositories hold modes such as 100664; git itself treats them as 100644 or 100755.
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? '100644' : '100755';
}

const PLAIN = /^[\x20-\x7e]*$/;

/** Bytes that came as latin1, as the name the port speaks of. */
function nameOf(latin1: string): string {
  return PLAIN.test(latin1) ? latin1 : nameFromBytes(Buffer.from(latin1, 'latin1'));
}
