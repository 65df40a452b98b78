import { foldersOf } from '#kernel/paths.ts';

/**
 * Why two change requests are not independent. `text`: git cannot merge one with the other, so the later one waits until the
 * earlier landed or left. `files`: both touch a file, and merge. `impact`: one touches a file that depends on what the other
 * touches. The last two share a lane and may share a build; everything else verifies side by side.
 */
export type EdgeKind = 'text' | 'files' | 'impact';

/** One change request as the graph sees it. */
export interface GraphEntry {
  id: string;
  /** Every path it writes or removes, old names of renames included. */
  files: readonly string[];
  /** Files whose behaviour its change may alter (importers); empty when nobody computes an import graph. */
  impact: ReadonlySet<string>;
}

/** Undirected; both directions are present. */
export interface ConflictGraph {
  edges: ReadonlyMap<string, ReadonlyMap<string, EdgeKind>>;
}

/** Whether the real merge of the two submitted trees conflicts; asked only for pairs that touch a common file. */
export type TextualConflict = (a: string, b: string) => boolean;

/** Pairs that touch a common file: those whose merge has to be tried. Every other pair merges by construction, or clashes by name. */
export function pairsToMerge(entries: readonly GraphEntry[]): Array<[GraphEntry, GraphEntry]> {
  return suspectPairs(entries).filter(([a, b]) => sharesAny(a.files, new Set(b.files)));
}

export function buildGraph(entries: readonly GraphEntry[], conflicts: TextualConflict): ConflictGraph {
  const edges = new Map<string, Map<string, EdgeKind>>(entries.map((entry) => [entry.id, new Map<string, EdgeKind>()]));
  for (const [a, b] of suspectPairs(entries)) {
    const kind = relate(a, b, conflicts);
    if (kind === null) continue;
    edges.get(a.id)?.set(b.id, kind);
    edges.get(b.id)?.set(a.id, kind);
  }
  return { edges };
}

/** What relates two change requests; null: they are independent. */
export function relate(a: GraphEntry, b: GraphEntry, conflicts: TextualConflict): EdgeKind | null {
  if (namesClash(a.files, b.files)) return 'text';
  const ofB = new Set(b.files);
  if (sharesAny(a.files, ofB)) return conflicts(a.id, b.id) ? 'text' : 'files';
  return sharesAny(a.files, b.impact) || sharesAny(b.files, a.impact) ? 'impact' : null;
}

export function edgeBetween(graph: ConflictGraph, a: string, b: string): EdgeKind | null {
  return graph.edges.get(a)?.get(b) ?? null;
}

/** Connected parts of the graph: what must share a lane. In the order of their first members. */
export function componentsOf(ids: readonly string[], graph: ConflictGraph): string[][] {
  const left = new Set(ids);
  const components: string[][] = [];
  for (const id of ids) {
    if (!left.delete(id)) continue;
    const component = [id];
    for (const member of component) {
      for (const neighbour of graph.edges.get(member)?.keys() ?? []) if (left.delete(neighbour)) component.push(neighbour);
    }
    components.push(component);
  }
  return components;
}

/** Pairs that could be related at all, found by name: most pairs of a queue have no name in common and are never compared. */
function suspectPairs(entries: readonly GraphEntry[]): Array<[GraphEntry, GraphEntry]> {
  const touching = new Map<string, number[]>();
  for (const [at, entry] of entries.entries()) {
    for (const name of new Set(entry.files.map(fold))) touching.set(name, [...(touching.get(name) ?? []), at]);
  }
  const found = new Set<number>();
  for (const [at, entry] of entries.entries()) {
    const names = new Set([...entry.files, ...entry.files.flatMap(foldersOf), ...entry.impact].map(fold));
    for (const other of [...names].flatMap((name) => touching.get(name) ?? [])) {
      if (other !== at) found.add(Math.min(at, other) * entries.length + Math.max(at, other));
    }
  }
  return [...found]
    .toSorted((a, b) => a - b)
    .flatMap((pair): Array<[GraphEntry, GraphEntry]> => {
      const [a, b] = [entries[Math.floor(pair / entries.length)], entries[pair % entries.length]];
      return a === undefined || b === undefined ? [] : [[a, b]];
    });
}

function sharesAny(files: readonly string[], others: ReadonlySet<string>): boolean {
  return files.some((file) => others.has(file));
}

const fold = (path: string): string => path.normalize('NFC').toLowerCase();

/** A file where the other makes a folder, or names that are one where case or Unicode form does not count: no merge of trees tells. */
function namesClash(a: readonly string[], b: readonly string[]): boolean {
  const spelled = new Map(a.map((path) => [fold(path), path]));
  const folders = new Set(a.flatMap(foldersOf));
  const files = new Set(a);
  return b.some((path) => {
    const other = spelled.get(fold(path));
    return (other !== undefined && other !== path) || folders.has(path) || foldersOf(path).some((folder) => files.has(folder));
  });
}
