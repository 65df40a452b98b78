import { mergeSplit } from '#modules/structured-merge/index.ts';
import type { FileChange, MergeConflict, Mirror } from '#ports/git.ts';

/** A file that the head took apart, with the change's parts of it put where they belong. */
export type SolvedSplit =
  | { kind: 'merged'; path: string; files: Array<{ path: string; content: Uint8Array }> }
  | { kind: 'refused'; path: string; reason: string };

/** More files than this created since the base: the head was rewritten, and a look at all of them would hold up the queue. */
const MOST_CREATED = 300;

/** Files that the change modifies and the head deleted, each looked for in what the head created since the base. */
export async function mergeTakenApart(
  mirror: Mirror,
  conflicts: readonly MergeConflict[],
  on: { base: string; head: string },
): Promise<SolvedSplit[]> {
  const solved = await Promise.all(conflicts.map((conflict) => mergeOne(mirror, conflict, on)));
  const parts = solved.flatMap((one) => (one.kind === 'merged' ? one.files.map(({ path }) => path) : []));
  if (new Set(parts).size === parts.length) return solved;
  return solved.map(({ path }) => ({ kind: 'refused', path, reason: 'Parts of two files that were taken apart stand in one.' }));
}

async function mergeOne(mirror: Mirror, conflict: MergeConflict, on: { base: string; head: string }): Promise<SolvedSplit> {
  const { path, base, theirs } = conflict;
  if (base === null || theirs === null) return { kind: 'refused', path, reason: 'The file is binary, too large, or new.' };
  const before = new Set((await mirror.listTree(on.base)).map((entry) => entry.path));
  const entries = (await mirror.listTree(on.head)).filter(
    (entry) => !before.has(entry.path) && entry.mode.startsWith('100') && isAlike(entry.path, path),
  );
  if (entries.length > MOST_CREATED) return { kind: 'refused', path, reason: 'The head created too many files since.' };
  const created = await Promise.all(entries.map(async (entry) => ({ path: entry.path, content: await mirror.readBlob(entry.blob) })));
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return { path, ...mergeSplit({ path, base: encode(base), theirs: encode(theirs), created }) };
}

const isAlike = (path: string, other: string): boolean => path.slice(path.lastIndexOf('.')) === other.slice(other.lastIndexOf('.'));

/** What a solved file changes in the tree that git left: the file itself is gone there. */
export function changesOf({ path, files }: Extract<SolvedSplit, { kind: 'merged' }>): FileChange[] {
  return [{ path, content: null }, ...files];
}
