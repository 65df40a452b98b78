import { neighboursIn, neighboursOf } from './decide.neighbours.ts';
import { createResolver } from './decide.resolve.ts';
import type { ImportGraph, Relation, ResolutionConfig, Specifiers } from './model.ts';

/**
 * How far apart two changes must be to be called independent: an import, or an import by way of one file that only hands on (the index
 * of a folder). Every file of a project reaches every other in enough steps, so without a limit nothing would be independent.
 */
export const NEAR = 2;

export interface GraphSource {
  /** All paths of the tree. */
  files: Iterable<string>;
  /** By path; only files whose imports were read. */
  specifiers: ReadonlyMap<string, Specifiers>;
  config: ResolutionConfig;
}

/** The graph of one tree. */
export function buildGraph({ files, specifiers, config }: GraphSource): ImportGraph {
  const all = new Set(files);
  const resolve = createResolver(all, config);
  const imports = new Map<string, readonly string[]>();
  for (const [path, list] of specifiers) imports.set(path, targetsOf(path, list, resolve));
  return { files: all, imports, importers: reversed(imports), neighbours: neighboursIn(all) };
}

export interface GraphChange {
  /** Files with another content, or new ones. */
  changed: ReadonlySet<string>;
  added: ReadonlySet<string>;
  removed: ReadonlySet<string>;
  /** The tree as it is now; the configuration is the same as before. */
  source: GraphSource;
}

/** The graph of the next tree: only what can lead elsewhere is looked at again, so that a landing costs milliseconds. */
export function updateGraph(graph: ImportGraph, { changed, added, removed, source }: GraphChange): ImportGraph {
  const sameFiles = added.size === 0 && removed.size === 0;
  if (!sameFiles && [...added].some((path) => mayBeMeantByAnyName(path, source.config))) return buildGraph(source);
  const files = sameFiles ? graph.files : new Set(source.files);
  const resolve = createResolver(files, source.config);
  const imports = new Map(graph.imports);
  const importers = new Map(graph.importers);
  const unlink = (from: string, target: string): void =>
    void importers.set(
      target,
      (importers.get(target) ?? []).filter((other) => other !== from),
    );
  for (const path of removed) {
    for (const target of imports.get(path) ?? []) unlink(path, target);
    imports.delete(path);
  }
  for (const path of lookedAtAgain(graph, { changed, added, removed, source })) {
    const list = source.specifiers.get(path);
    if (list === undefined) continue;
    const before = imports.get(path) ?? [];
    const after = targetsOf(path, list, resolve);
    imports.set(path, after);
    for (const target of before) if (!after.includes(target)) unlink(path, target);
    for (const target of after) if (!before.includes(target)) importers.set(target, [...(importers.get(target) ?? []), path]);
  }
  for (const path of removed) importers.delete(path);
  return { files, imports, importers, neighbours: sameFiles ? graph.neighbours : neighboursIn(files) };
}

/** Files that changed, that imported what is gone, and that name something called like what is new. */
function lookedAtAgain(graph: ImportGraph, { changed, added, removed, source }: GraphChange): Set<string> {
  const again = new Set([...changed, ...added]);
  for (const path of removed) for (const importer of graph.importers.get(path) ?? []) again.add(importer);
  const names = new Set([...added].map(stemOf));
  if (names.size > 0) for (const [path, list] of source.specifiers) if (list.some((specifier) => names.has(stemOf(specifier)))) again.add(path);
  return again;
}

/** `./cart.model.js` and `src/cart.ts` -> `cart`: a file is imported by its name, with or without endings. */
function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).split('.')[0] ?? '';
}

/** The index of a folder and what a manifest names are imported by other names than their own. */
function mayBeMeantByAnyName(path: string, { packages }: ResolutionConfig): boolean {
  const stem = stemOf(path);
  return stem === 'index' || stem === '' || packages.some(({ imports, exports }) => JSON.stringify([imports, exports]).includes(`/${stem}.`));
}

function targetsOf(path: string, list: Specifiers, resolve: (from: string, specifier: string) => string | null): string[] {
  const targets = new Set<string>();
  for (const specifier of list) {
    const target = resolve(path, specifier);
    if (target !== null && target !== path) targets.add(target);
  }
  return [...targets];
}

function reversed(imports: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const [path, targets] of imports) {
    for (const target of targets) {
      const list = importers.get(target);
      if (list === undefined) importers.set(target, [path]);
      else list.push(path);
    }
  }
  return importers;
}

/** A file that may notice a change: in how many imports, and of which of the changed files. */
export interface Noticed {
  distance: number;
  origin: string;
}

/**
 * Everything that may notice a change of `files`: the files themselves at 0, who imports them at 1, and so on to `within`. Tests by name
 * and, in languages whose imports are not read, files of the same folder are at 1. Paths that do not exist (yet, or any more) are taken
 * as they are.
 */
export function noticedOf(graph: ImportGraph, files: Iterable<string>, within: number): Map<string, Noticed> {
  const reached = new Map<string, Noticed>();
  for (const path of files) reached.set(path, { distance: 0, origin: path });
  let front = [...reached.keys()];
  for (let distance = 1; front.length > 0 && distance <= within; distance += 1) {
    const next: string[] = [];
    for (const path of front) {
      const origin = reached.get(path)?.origin ?? path;
      // A guess is made about the changed file alone: guesses about guesses would reach everything.
      const guessed = distance === 1 ? neighboursOf(graph.neighbours, path) : [];
      for (const other of [...(graph.importers.get(path) ?? []), ...guessed]) {
        if (reached.has(other)) continue;
        reached.set(other, { distance, origin });
        next.push(other);
      }
    }
    front = next;
  }
  return reached;
}

/** Every file that may notice a change of `files` (they are among them), with its distance in imports. Default: however far. */
export function impactOf(graph: ImportGraph, files: Iterable<string>, within = Number.POSITIVE_INFINITY): Map<string, number> {
  return new Map([...noticedOf(graph, files, within)].map(([path, { distance }]) => [path, distance]));
}

/** A set of changed files and who notices, so that comparing many sets costs each of them once. */
export interface Reach {
  paths: ReadonlySet<string>;
  noticed: ReadonlyMap<string, Noticed>;
}

export function reachOf(graph: ImportGraph, paths: Iterable<string>, within: number = NEAR): Reach {
  const all = new Set(paths);
  return { paths: all, noticed: noticedOf(graph, all, within) };
}

/** How two changes stand to each other: the same files, else the nearest import between them, else nothing. */
export function relationOf(left: Reach, right: Reach): Relation {
  const shared = [...left.paths].filter((path) => right.paths.has(path));
  return shared.length > 0 ? { kind: 'same_files', paths: shared } : (importsBetween(left, right) ?? { kind: 'none' });
}

/** The nearest import between files of two sets, files of both left out; null: none within the reach. */
export function importsBetween(left: Reach, right: Reach): Extract<Relation, { kind: 'imports' }> | null {
  const found = [...meetings(left, right), ...meetings(right, left)];
  const [nearest] = found.toSorted((a, b) => a.distance - b.distance || (a.from < b.from ? -1 : 1));
  return nearest === undefined ? null : { kind: 'imports', ...nearest, count: found.length };
}

function meetings(changed: Reach, other: Reach): Array<{ distance: number; from: string; to: string }> {
  const found: Array<{ distance: number; from: string; to: string }> = [];
  for (const from of other.paths) {
    const noticed = changed.noticed.get(from);
    if (noticed !== undefined && noticed.distance > 0 && !other.paths.has(noticed.origin))
      found.push({ distance: noticed.distance, from, to: noticed.origin });
  }
  return found;
}

/** Whether two sets of changed files share nothing and neither notices the other within `within` imports. */
export function independent(graph: ImportGraph, left: Iterable<string>, right: Iterable<string>, within: number = NEAR): boolean {
  return relationOf(reachOf(graph, left, within), reachOf(graph, right, within)).kind === 'none';
}
