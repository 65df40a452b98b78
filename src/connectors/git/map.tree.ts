import type { TreeEntry } from '#ports/git.ts';

/** Mode as git writes it (`40000`, `100644`), object id in hexadecimal. */
export interface RawEntry {
  mode: string;
  id: string;
}

/** Entries of one folder by name; the name's bytes as latin1, so that comparing strings compares bytes. */
export type RawTree = Map<string, RawEntry>;

/** A tree object: `<mode> <name>\0<id>`, one after the other. */
export function parseTreeObject(data: Buffer, idBytes: number): RawTree {
  const tree: RawTree = new Map();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(32, at);
    const end = data.indexOf(0, space);
    const mode = data.toString('latin1', at, space);
    tree.set(data.toString('latin1', space + 1, end), {
      mode: mode === '040000' ? '40000' : mode,
      id: data.toString('hex', end + 1, end + 1 + idBytes),
    });
    at = end + 1 + idBytes;
  }
  return tree;
}

/** The bytes of a tree object, in git's order: by bytes, a folder as if its name ended in a slash. */
export function encodeTree(tree: RawTree): Buffer {
  const key = ([name, { mode }]: [string, RawEntry]): string => (mode === '40000' ? `${name}/` : name);
  const sorted = [...tree].map((entry) => ({ entry, key: key(entry) })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return Buffer.concat(sorted.flatMap(({ entry: [name, { mode, id }] }) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(id, 'hex')]));
}

export function isKnownMode(mode: string): mode is TreeEntry['mode'] {
  return mode === '100644' || mode === '100755' || mode === '120000' || mode === '160000';
}

/**
 * Whether a path is beyond doubt one that git takes into a tree on every system. Names that git may refuse (`.git` in any
 * disguise: case, short names, ignored Unicode characters, backslashes) are left to git.
 */
export function isPlainPath(path: string): boolean {
  if (path === '' || /[\0\\:]/.test(path)) return false;
  if (!/^[\x20-\x7e/]*$/.test(path) && /git/i.test(path.replace(/[^a-z]/gi, ''))) return false;
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !/^(\.?git|git~\d+)[ .]*$/i.test(name));
}
