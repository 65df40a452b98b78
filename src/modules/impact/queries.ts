import { setImmediate as breathe } from 'node:timers/promises';
import type { CommitId, Mirror, TreeEntry, TreeId } from '#ports/git.ts';
import { isConfigPath, parseCompiler, parsePackage } from './decide.config.ts';
import { buildGraph, impactOf, NEAR, updateGraph, type GraphChange } from './decide.graph.ts';
import { HISTORY_COMMITS, learnHistory } from './decide.hot.ts';
import { importsOf } from './decide.imports.ts';
import { hasReadImports } from './decide.neighbours.ts';
import type { History, ImportGraph, ResolutionConfig, Specifiers } from './model.ts';

/** Larger files are generated; reading them says little and costs what a hundred others do. */
const MOST_BYTES = 1024 * 1024;
/** What blobs import, kept for all repositories of the process; an entry is a few hundred bytes. */
const MOST_BLOBS = 60_000;
/** Blobs asked for at once: the reader is one process, more only waits in memory. */
const AT_ONCE = 128;
/** Repositories whose last graph is kept; one of 4,000 files takes about 5 MB. */
const MOST_GRAPHS = 8;
/** Histories kept, by commit. */
const MOST_HISTORIES = 16;

/** What is known of a repository's files and how they hang together; derived from git alone, kept in memory, right for ever per commit. */
export interface Impact {
  /** The import graph of a commit or tree. After the first one of a repository only changed files are read. */
  graph(repositoryId: string, treeish: string): Promise<ImportGraph>;
  /** Files that may notice a change of `files` in that commit or tree, within `within` imports (default NEAR); `files` are among them. */
  impactOf(repositoryId: string, treeish: string, files: Iterable<string>, within?: number): Promise<Set<string>>;
  /** What the newest commits up to `commit` touched, and which files are hot. */
  history(repositoryId: string, commit: CommitId): Promise<History>;
}

interface Built {
  tree: TreeId;
  /** Path -> blob. */
  blobs: ReadonlyMap<string, string>;
  specifiers: ReadonlyMap<string, Specifiers>;
  config: ResolutionConfig;
  graph: ImportGraph;
}

/** Knows every repository whose mirror `mirrors` opens. Calls for one repository wait for each other: the second finds the first's work. */
export function createImpact(deps: { mirrors(repositoryId: string): Promise<Mirror> }): Impact {
  const specifiers = createKept<Specifiers>(MOST_BLOBS);
  const graphs = createKept<Promise<Built>>(MOST_GRAPHS);
  const histories = createKept<Promise<History>>(MOST_HISTORIES);

  async function next(repositoryId: string, treeish: string, before: Promise<Built> | undefined): Promise<Built> {
    const mirror = await deps.mirrors(repositoryId);
    const tree = await mirror.treeOf(treeish);
    const last = await before?.catch(() => undefined);
    return last?.tree === tree ? last : buildNext({ mirror, specifiers }, tree, last);
  }

  function graph(repositoryId: string, treeish: string): Promise<Built> {
    const built = next(repositoryId, treeish, graphs.get(repositoryId));
    graphs.set(repositoryId, built);
    return built;
  }

  return {
    graph: async (repositoryId, treeish) => (await graph(repositoryId, treeish)).graph,
    impactOf: async (repositoryId, treeish, files, within = NEAR) =>
      new Set(impactOf((await graph(repositoryId, treeish)).graph, files, within).keys()),
    history(repositoryId, commit) {
      const key = `${repositoryId}:${commit}`;
      const known = histories.get(key);
      if (known !== undefined) return known;
      const learnt = deps.mirrors(repositoryId).then(async (mirror) => {
        const files = new Set((await mirror.listTree(commit)).map(({ path }) => path));
        return learnHistory(await mirror.touches(commit, HISTORY_COMMITS), files);
      });
      histories.set(key, learnt);
      learnt.catch(() => histories.delete(key));
      return learnt;
    },
  };
}

interface Reading {
  mirror: Mirror;
  specifiers: Kept<Specifiers>;
}

async function buildNext(reading: Reading, tree: TreeId, last: Built | undefined): Promise<Built> {
  const entries = (await reading.mirror.listTree(tree)).filter(({ mode }) => mode === '100644' || mode === '100755');
  const blobs = new Map(entries.map(({ path, blob }) => [path, blob]));
  const change = last === undefined ? null : changeBetween(last.blobs, blobs);
  if (last !== undefined && change !== null) {
    const touched = entries.filter(({ path }) => change.changed.has(path) || change.added.has(path));
    const specifiers = new Map(last.specifiers);
    for (const path of change.removed) specifiers.delete(path);
    for (const [path, list] of await readSpecifiers(reading, touched)) specifiers.set(path, list);
    const source = { files: blobs.keys(), specifiers, config: last.config };
    return { tree, blobs, specifiers, config: last.config, graph: updateGraph(last.graph, { ...change, source }) };
  }
  const config = await readConfig(reading.mirror, entries);
  const specifiers = await readSpecifiers(reading, entries);
  return { tree, blobs, specifiers, config, graph: buildGraph({ files: blobs.keys(), specifiers, config }) };
}

type Change = Pick<GraphChange, 'changed' | 'added' | 'removed'>;

/** Null where a configuration changed: then every import may lead elsewhere. */
function changeBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change | null {
  const [changed, added, removed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const [path, blob] of after) {
    const was = before.get(path);
    if (was === undefined) added.add(path);
    else if (was !== blob) changed.add(path);
  }
  for (const path of before.keys()) if (!after.has(path)) removed.add(path);
  return [changed, added, removed].some((paths) => [...paths].some(isConfigPath)) ? null : { changed, added, removed };
}

async function readConfig(mirror: Mirror, entries: readonly TreeEntry[]): Promise<ResolutionConfig> {
  const found = await Promise.all(
    entries
      .filter(({ path }) => isConfigPath(path) && !path.includes('node_modules/'))
      .map(async ({ path, blob }) => ({ path, text: (await mirror.readBlob(blob)).toString('utf8') })),
  );
  const isPackage = (path: string): boolean => path.endsWith('package.json');
  return {
    packages: found.filter(({ path }) => isPackage(path)).flatMap(({ path, text }) => parsePackage(path, text) ?? []),
    compilers: found.filter(({ path }) => !isPackage(path)).flatMap(({ path, text }) => parseCompiler(path, text) ?? []),
  };
}

async function readSpecifiers({ mirror, specifiers }: Reading, entries: readonly TreeEntry[]): Promise<Map<string, Specifiers>> {
  const wanted = entries.filter(({ path }) => hasReadImports(path));
  const told = new Map<string, Specifiers>();
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = await Promise.all(
      wanted.slice(at, at + AT_ONCE).map(async ({ path, blob }) => {
        const known = specifiers.get(blob);
        return { path, blob, known, content: known === undefined ? await mirror.readBlob(blob) : null };
      }),
    );
    for (const { path, blob, known, content } of some) {
      const list = known ?? (content === null || content.length > MOST_BYTES ? [] : importsOf(content.toString('utf8')));
      if (known === undefined) specifiers.set(blob, list);
      told.set(path, list);
    }
    // Scanning thousands of files takes a while of the one thread: requests are answered in between.
    await breathe();
  }
  return told;
}

interface Kept<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

/** The `most` last used values. */
function createKept<T>(most: number): Kept<T> {
  const values = new Map<string, T>();
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      for (const oldest of values.keys()) {
        if (values.size <= most) break;
        values.delete(oldest);
      }
    },
    delete: (key) => void values.delete(key),
  };
}
