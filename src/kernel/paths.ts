/** Two paths with one key are one file on file systems that ignore case or compose characters. */
export function collisionKey(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

// Nothing is drawn for these, and some file systems leave them out of names.
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Letters of other scripts that are drawn like an ASCII one (Unicode's confusables, the part that spells file names). */
const DRAWN_ALIKE: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ['a', 'аα'],
      ['b', 'ЬƄ'],
      ['c', 'сϲ'],
      ['d', 'ԁ'],
      ['e', 'еҽ'],
      ['g', 'ɡց'],
      ['h', 'һհ'],
      ['i', 'іıɩι'],
      ['j', 'јϳ'],
      ['k', 'кκ'],
      ['l', 'ӏǀ'],
      ['m', 'м'],
      ['n', 'ոη'],
      ['o', 'оοօ'],
      ['p', 'рρ'],
      ['q', 'ԛ'],
      ['r', 'гⲅ'],
      ['s', 'ѕ'],
      ['t', 'тτ'],
      ['u', 'սυ'],
      ['v', 'ѵν'],
      ['w', 'ԝա'],
      ['x', 'хχ'],
      ['y', 'уγү'],
      ['z', 'ᴢ'],
      ['.', '․ꓸ'],
      ['/', '∕⁄'],
      ['-', '‐‑−'],
    ] as const
  ).flatMap(([letter, alike]) => Array.from(alike).map((other) => [other.toLowerCase(), letter])),
);

/**
 * What a path is read as, by a person or by some file system: width, composition and case folded, percent escapes opened, what nobody sees
 * left out, letters drawn alike made one, dots and blanks at the end of a name dropped. For asking whether a path passes for a protected
 * one; never for naming a file.
 */
export function lookalikeKey(path: string): string {
  const opened = path.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const folded = opened.replace(INVISIBLE, '').normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
  const letters = Array.from(folded)
    .map((letter) => DRAWN_ALIKE[letter] ?? letter)
    .join('');
  return letters
    .split(/[/\\]+/)
    .map((name) => (/^\.+$/.test(name) ? name : name.replace(/[. ]+$/, '')))
    .filter((name) => name !== '.')
    .join('/');
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
