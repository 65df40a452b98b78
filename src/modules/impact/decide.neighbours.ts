import { nameOf, parentOf } from './decide.path.ts';
import type { Neighbours } from './model.ts';

/** Languages whose imports are read; their files need no guess about folders. */
const READ = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
/** Source of other languages: what one folder holds usually is one package. */
const GUESSED = /\.(?:go|py|rb|rs|java|kt|kts|scala|cs|fs|php|swift|c|h|cc|cpp|hpp|m|mm|ex|exs|erl|hs|ml|clj|dart|lua|zig|sql|tf|proto)$/;
const TEST = /(?:^|\/)(?:tests?|specs?|__tests__|e2e)\/|[._-](?:i?test|spec)s?\.[^./]+$|(?:^|\/)test_[^/]+$|_test\.[^./]+$/i;
const NOT_SOURCE = /(?:^|\/)(?:node_modules|dist|build|vendor|coverage|\.git|\.next|target|__pycache__)\/|\.min\.[cm]?js$/;

export function hasReadImports(path: string): boolean {
  return READ.test(path) && !NOT_SOURCE.test(path);
}

function isSource(path: string): boolean {
  return (READ.test(path) || GUESSED.test(path)) && !NOT_SOURCE.test(path);
}

/** `src/cart.test.ts` -> `cart`; `CartTest.java` -> `cart`. */
function subjectOf(path: string): string {
  return nameOf(path)
    .replace(/\.[^.]+$/, '')
    .replace(/(?:[._-](?:i?test|spec)s?|_test|Tests?|Spec)$/, '')
    .replace(/^test_/i, '')
    .toLowerCase();
}

const languageOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** Groups of paths that belong together without an import that says so. */
export function neighboursIn(files: Iterable<string>): Neighbours {
  const byFolder = new Map<string, string[]>();
  const bySubject = new Map<string, string[]>();
  for (const path of files) {
    if (!isSource(path)) continue;
    if (!READ.test(path)) push(byFolder, folderKey(path), path);
    push(bySubject, subjectKey(path), path);
  }
  return { byFolder, bySubject };
}

const folderKey = (path: string): string => `${parentOf(path)}\0${languageOf(path)}`;
/** `.ts` and `.tsx` are one language to a test's name. */
const subjectKey = (path: string): string => `${subjectOf(path)}\0${READ.test(path) ? 'js' : languageOf(path)}`;

function push(map: Map<string, string[]>, key: string, path: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [path]);
  else list.push(path);
}

/**
 * Files that may notice a change of `path` although no import says so: its test (or the tested file) by name, near it in the tree, and
 * in languages we do not read its whole folder. Also for a path that does not exist yet.
 */
export function neighboursOf({ byFolder, bySubject }: Neighbours, path: string): string[] {
  if (!isSource(path)) return [];
  const isTest = TEST.test(path);
  const named = (bySubject.get(subjectKey(path)) ?? []).filter((other) => TEST.test(other) !== isTest && areNear(path, other));
  const folder = READ.test(path) ? [] : (byFolder.get(folderKey(path)) ?? []);
  return [...new Set([...named, ...folder])].filter((other) => other !== path);
}

/** One folder, a folder and its tests, or `src/a/b` and `test/a/b`: what is left without the words for source and test is the same. */
function areNear(one: string, other: string): boolean {
  const [left, right] = [placeOf(one), placeOf(other)];
  if (left === right || left.endsWith(`/${right}`) || right.endsWith(`/${left}`)) return true;
  // Tests of a flat folder beside a deep source: only where the name tells enough.
  return (left === '' || right === '') && !/^(?:index|main|mod|types?|app|util|utils|lib|init|__init__|setup|config)$/.test(subjectOf(one));
}

function placeOf(path: string): string {
  const layout = new Set(['src', 'lib', 'app', 'main', 'test', 'tests', 'spec', 'specs', '__tests__', 'unit', 'integration', 'java', 'kotlin']);
  return parentOf(path)
    .split('/')
    .filter((part) => !layout.has(part.toLowerCase()))
    .join('/');
}
