/** Two paths with one key are one file on file systems that ignore case or compose characters. */
export function collisionKey(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** Every folder above a path, outermost first: `a/b/c` gives `a`, `a/b`. */
export function foldersOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
}

export interface Collision {
  path: string;
  other: string;
  kind: 'case' | 'file_is_folder';
}

/**
 * What the new names `added` collide with in a tree of `paths` (which holds them too): the same name in another case or
 * composition, also of a folder, or a file where a folder must be. Collisions the tree had before are not reported: where it has
 * two spellings of a name already, one more path under either of them is none. The order of `paths` does not matter.
 */
export function findCollisions(paths: Iterable<string>, added: readonly string[]): Collision[] {
  const files = new Set(paths);
  const spellings = new Map<string, Set<string>>();
  const folders = new Set<string>();
  const fresh = new Set(added);
  for (const path of files) {
    for (const folder of foldersOf(path)) folders.add(folder);
    if (!fresh.has(path)) remember(spellings, path);
  }
  const collisions: Collision[] = [];
  for (const path of added) {
    const blocking = foldersOf(path).find((folder) => files.has(folder));
    if (blocking !== undefined) collisions.push({ path, other: blocking, kind: 'file_is_folder' });
    if (folders.has(path)) collisions.push({ path, other: `${path}/`, kind: 'file_is_folder' });
    for (const part of [...foldersOf(path), path]) {
      const known = spellings.get(collisionKey(part));
      const [other] = known === undefined || known.has(part) ? [] : [...known].toSorted();
      if (other !== undefined) collisions.push({ path, other, kind: 'case' });
    }
    remember(spellings, path);
  }
  return collisions;
}

function remember(spellings: Map<string, Set<string>>, path: string): void {
  for (const part of [...foldersOf(path), path]) {
    const key = collisionKey(part);
    const known = spellings.get(key);
    if (known === undefined) spellings.set(key, new Set([part]));
    else known.add(part);
  }
}
