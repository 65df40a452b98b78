import { AppError } from '#kernel/errors.ts';
import type { TreeEntry } from '#ports/git.ts';
import type { ObjectReader } from './client.batch.ts';
import { nameFromBytes, nameToBytes } from './map.ts';
import { encodeTree, isKnownMode, parseTreeObject, type RawEntry, type RawTree } from './map.tree.ts';
import type { LooseObjects, ObjectFormat } from './mirror.loose.ts';

/** A file to put at a path (null: remove what is there); mode null: what the file has, 100644 for a new one. */
export interface Placement {
  path: string;
  file: { blob: string; mode: '100644' | '100755' | null } | null;
}

export interface Trees {
  list(tree: string): Promise<TreeEntry[]>;
  /** The tree with the placements; removals first, empty folders vanish, what is in the way of a file goes. */
  place(tree: string, placements: readonly Placement[]): Promise<string>;
}

/** Most entries of all kept trees together; an entry takes about 100 bytes. */
const MOST_ENTRIES = 200_000;

interface TreeCache {
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

export function createTrees(reader: ObjectReader, loose: LooseObjects): Trees {
  const { read, keep } = createTreeCache(reader);

  async function write(tree: RawTree, format: ObjectFormat): Promise<string> {
    const id = await loose.write('tree', encodeTree(tree), format);
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

  return {
    async list(tree) {
      const all: TreeEntry[] = [];
      await collect(tree, '', all);
      return all;
    },
    async place(tree, placements) {
      const format = tree.length === 64 ? 'sha256' : 'sha1';
      const steps = placements.map(({ path, file }): Step => ({ names: nameToBytes(path).toString('latin1').split('/'), file }));
      const ordered = [...steps.filter((step) => step.file === null), ...steps.filter((step) => step.file !== null)];
      const removed = await rewrite(
        tree,
        ordered.filter((step) => step.file === null),
        format,
      );
      const placed = ordered.filter((step) => step.file !== null);
      const result = placed.length === 0 ? removed : await rewrite(removed, placed, format);
      return result ?? write(new Map(), format);
    },
  };
}

interface Step {
  /** The rest of the path, bytes as latin1. */
  names: readonly string[];
  file: Placement['file'];
}

function put(tree: RawTree, name: string, file: Placement['file']): void {
  const before = tree.get(name);
  if (file === null) {
    if (before?.mode !== '40000') tree.delete(name);
  } else tree.set(name, { mode: file.mode ?? keptMode(before), id: file.blob });
}

/** As in git: an executable stays one. */
function keptMode(before: RawEntry | undefined): string {
  return before !== undefined && before.mode !== '40000' && knownMode(before.mode) === '100755' ? '100755' : '100644';
}

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
