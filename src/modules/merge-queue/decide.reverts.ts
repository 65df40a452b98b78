import { countLines, timesOf } from './decide.line-counts.ts';

/** A file that the reverted change touched; null where there is no such file. */
export interface RevertedFile {
  path: string;
  /** Before and after the reverted change landed. */
  before: string | null;
  after: string | null;
  /** The reverting change: its base, its result, the head it is put on, and what comes of it. */
  base: string | null;
  submitted: string | null;
  head: string | null;
  merged: string | null;
}

export interface RevertFacts {
  /** The reverted change request. */
  id: string;
  landedInBase: boolean;
  /** What it touched; absent where that is not known any more. */
  files?: readonly RevertedFile[];
}

const MOST_NAMED = 3;

/**
 * Whether the merge keeps more of the reverted change than the submitted result does. A sentence, or null. What the submitter
 * itself left standing is its own choice, and is told by `tellRevert`.
 */
export function findLostRevert({ id, files }: RevertFacts): string | null {
  for (const file of files ?? []) {
    const kept = linesOfChange(file).filter(({ left, byOthers }) => left.merged > left.submitted && left.merged > byOthers);
    if (kept.length > 0) return `It reverts ${id}, and a later change touched the same lines: ${file.path} would still differ at ${named(kept)}.`;
  }
  return null;
}

/** What of the reverted change the submitted inverse does not undo, a sentence per file: left standing, or changed by others meanwhile. */
export function tellRevert({ files }: RevertFacts): string[] {
  return (files ?? []).flatMap((file) => {
    const lines = linesOfChange(file);
    const standing = lines.filter(({ left }) => left.submitted > 0);
    const changed = lines.filter(({ line, made }) => made > 0 && timesOf(countLines(file.base), line) < timesOf(countLines(file.after), line));
    return [
      ...(standing.length > 0 ? [`${file.path} keeps ${standing.length} line(s) of it: ${named(standing)}.`] : []),
      ...(changed.length > 0
        ? [`${file.path}: ${changed.length} line(s) of it had been changed since and are not undone by it: ${named(changed)}.`]
        : []),
    ];
  });
}

const named = (lines: ReadonlyArray<{ line: string }>): string =>
  lines
    .slice(0, MOST_NAMED)
    .map(({ line }) => JSON.stringify(line.trim().slice(0, 80)))
    .join(', ');

interface ChangedLine {
  line: string;
  /** More than 0: the reverted change added it so often; less: it took it away. */
  made: number;
  /** How often the line still is as the reverted change made it. */
  left: { submitted: number; merged: number };
  /** What others did since with the very same line is theirs. */
  byOthers: number;
}

function linesOfChange(file: RevertedFile): ChangedLine[] {
  const [before, after, base, submitted, head, merged] = [file.before, file.after, file.base, file.submitted, file.head, file.merged].map(countLines);
  if (before === undefined || after === undefined || base === undefined || submitted === undefined || head === undefined || merged === undefined)
    return [];
  return [...new Set([...before.keys(), ...after.keys()])].filter(isTelling).flatMap((line) => {
    const was = timesOf(before, line);
    const made = timesOf(after, line) - was;
    if (made === 0) return [];
    const sign = made > 0 ? 1 : -1;
    const leftIn = (counts: Map<string, number>): number => Math.max(0, sign * (timesOf(counts, line) - was));
    const since = timesOf(head, line) - timesOf(base, line);
    return [{ line, made, left: { submitted: leftIn(submitted), merged: leftIn(merged) }, byOthers: Math.max(0, sign * since) }];
  });
}

// A bracket or an empty line is in every change.
const isTelling = (line: string): boolean => /\w{3}/.test(line);
