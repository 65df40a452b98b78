import { namedPathsOf } from '#kernel/markdown.ts';
import { wordsOf } from '#kernel/words.ts';

/** A path a text names, as a glob, and whether the repository has it. */
export interface NamedPath {
  glob: string;
  exists: boolean;
}

const NOT_SOURCE =
  /(?:^|\/)(?:node_modules|dist|build|vendor|coverage|\.git|\.next|target|__pycache__)\/|\.(?:lock|png|jpe?g|gif|ico|svg|woff2?|pdf|min\.js|map|snap)$|(?:package-lock|pnpm-lock|yarn-lock)\.\w+$/i;
const TEST = /(?:^|\/)(?:tests?|specs?|__tests__|e2e)\/|[._-](?:test|spec)s?\.[^./]+$|(?:^|\/)test_[^/]+$|_test\.[^./]+$/i;
const NO_TESTS = /\.(?:md|mdx|rst|txt|json|ya?ml|toml|css|scss|svg|html?|lock)$|^(?:LICENSE|CHANGELOG|README|CODEOWNERS|Makefile|Dockerfile)/i;

export function isTestPath(path: string): boolean {
  return TEST.test(path);
}

export function isDocPath(path: string): boolean {
  return /\.(?:md|mdx|rst|txt)$/i.test(path) || path.startsWith('docs/');
}

/**
 * The paths a text names, matched to the repository: an exact file, a folder (`src/cart/` -> `src/cart/**`), the end of a path
 * (`cart.js` -> `src/cart.js`, all of them when there are several), a file of the root by its exact bare name (`license`,
 * `Makefile`), or a file that is yet to be made.
 */
export function namedPaths(text: string, repoFiles: readonly string[]): NamedPath[] {
  const found = new Map<string, NamedPath>();
  for (const name of [...[...namedPathsOf(text), ...folderNames(text, repoFiles)].filter(isInside), ...bareNames(text, repoFiles)])
    for (const path of resolve(name, repoFiles)) if (!found.has(path.glob)) found.set(path.glob, path);
  return [...found.values()];
}

/** Files of the root without an extension: nothing but their name tells them from a word, so it must be the very same. */
function bareNames(text: string, repoFiles: readonly string[]): string[] {
  const words = new Set(text.split(/[^\w-]+/));
  return repoFiles.filter((file) => /^[\w-]+$/.test(file) && words.has(file));
}

/** Folders below another by their exact path (`lib/deep`): without a slash at its end only the repository tells one from "and/or". */
function folderNames(text: string, repoFiles: readonly string[]): string[] {
  const words = new Set(text.match(/[\w@.-]+(?:\/[\w@.-]+)+/g)?.map((word) => word.replace(/\.+$/, '')));
  return [...words].filter((word) => repoFiles.some((file) => file.startsWith(`${word}/`)));
}

/** Within the repository and not git's own: anything else is no place for work, whoever names it. */
function isInside(name: string): boolean {
  const parts = name.toLowerCase().split('/');
  return !parts.includes('..') && parts[0] !== '.git' && !name.startsWith('/');
}

const MOST_OF_ONE_NAME = 4;

function resolve(name: string, repoFiles: readonly string[]): NamedPath[] {
  if (repoFiles.includes(name)) return [{ glob: name, exists: true }];
  const folder = name.replace(/\/?\*{0,2}(?:\/\*)?$/, '').replace(/\/$/, '');
  if (folder !== '' && repoFiles.some((file) => file.startsWith(`${folder}/`))) return [{ glob: `${folder}/**`, exists: true }];
  if (/[/*]$/.test(name)) return [{ glob: `${folder}/**`, exists: false }];
  const same = repoFiles.filter((file) => endsLike(file, name)).slice(0, MOST_OF_ONE_NAME);
  if (same.length > 0) return same.map((glob) => ({ glob, exists: true }));
  return [{ glob: name.includes('/') || name.startsWith('.') || repoFiles.length === 0 || NO_TESTS.test(name) ? name : `**/${name}`, exists: false }];
}

/** `README` is meant by README.md, `cart.js` by src/cart.js; letter case counts only when it must. */
function endsLike(file: string, name: string): boolean {
  const base = file.slice(file.lastIndexOf('/') + 1);
  if (!name.includes('.') && !name.includes('/')) return base.replace(/\.[^.]+$/, '').toLowerCase() === name.toLowerCase() && !file.includes('/');
  return file.endsWith(`/${name}`) || file.toLowerCase() === name.toLowerCase();
}

/** `src/cart.test.js` -> `cart`. */
function subjectOf(path: string): string {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[^.]+$/, '')
    .replace(/(?:[._-](?:test|spec)s?|_test)$/i, '')
    .replace(/^test_/i, '');
}

// Names that say nothing but where they stand: `bench/index.js` is not what `test/index.js` tests.
const NO_SUBJECT = /^(?:index|main|mod|init|__init__|lib)$/i;
const TEST_FOLDERS = /(?:^|\/)(?:tests?|specs?|__tests__|e2e|src|lib)(?=\/)/gi;

/** The folder a file stands for, whether it is source or test: `src/cart/index.js` and `test/cart/index.js` -> `cart`. */
function placeOf(path: string): string {
  return path
    .slice(0, path.lastIndexOf('/') + 1)
    .replace(TEST_FOLDERS, '')
    .replace(/^\/+|\/+$/g, '');
}

/** Tests of a file: those that exist, or one glob of the places where a new one would be. Documents and data have none. */
export function testsBeside(path: string, repoFiles: readonly string[]): string[] {
  if (path.includes('*') || isTestPath(path) || NO_TESTS.test(path)) return [];
  const subject = subjectOf(path);
  const bare = NO_SUBJECT.test(subject);
  const there = repoFiles.filter((file) => isTestPath(file) && subjectOf(file) === subject && (!bare || placeOf(file) === placeOf(path)));
  const below = bare ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  return there.length > 0 ? there : [`${below}**/{${subject}.test,${subject}.spec,${subject}_test,test_${subject}}.*`];
}

export interface LikelyFile {
  path: string;
  /** Sum of the weights of the words it shares with the text. */
  score: number;
  words: string[];
}

const MOST_LIKELY = 8;

/**
 * Source files whose name shares telling words with a text, best first. A word in the file's own name counts three times one in
 * a folder; words that many paths hold (`src`, the product's name) weigh little.
 */
export function likelyFiles(text: string, repoFiles: readonly string[]): LikelyFile[] {
  const wanted = new Set(wordsOf(text));
  const files = repoFiles
    .filter((path) => !NOT_SOURCE.test(path))
    .map((path) => ({
      path,
      base: new Set(wordsOf(path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, ''))),
      folders: new Set(wordsOf(path.slice(0, Math.max(0, path.lastIndexOf('/'))))),
    }));
  const counts = new Map<string, number>();
  for (const { base, folders } of files) for (const word of new Set([...base, ...folders])) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weight = (word: string) => Math.log(1 + files.length / (counts.get(word) ?? 1));
  return files
    .filter(({ path }) => !isTestPath(path))
    .map(({ path, base, folders }) => {
      const inName = [...base].filter((word) => wanted.has(word));
      const inFolder = [...folders].filter((word) => wanted.has(word) && !base.has(word));
      const score = inName.reduce((sum, word) => sum + 3 * weight(word), 0) + inFolder.reduce((sum, word) => sum + weight(word), 0);
      return { path, score: Math.round(score * 100) / 100, words: [...inName, ...inFolder] };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, MOST_LIKELY);
}

/** `src/cart/add.js` -> `src/cart/**`; a file at the root stays itself. */
export function areaOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at === -1 || path.endsWith('/**') ? path : `${path.slice(0, at)}/**`;
}

/** Leaves out globs that another one covers. */
export function withoutCovered(globs: readonly string[]): string[] {
  const unique = [...new Set(globs)];
  return unique.filter(
    (glob) => !unique.some((other) => other !== glob && other.endsWith('/**') && (glob.startsWith(other.slice(0, -2)) || other === '**')),
  );
}

/** The scope of a piece of work that names these paths: they, and their tests. */
export function scopeOfPaths(globs: readonly string[], repoFiles: readonly string[]): string[] {
  return withoutCovered(globs.flatMap((glob) => [glob, ...testsBeside(glob, repoFiles)])).slice(0, 50);
}
