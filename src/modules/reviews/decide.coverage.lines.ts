import type { FileLines } from './model.coverage.ts';

/** More is no report of a repository that people work on; each number costs memory. */
const MOST_FILES = 50_000;
const MOST_LINES = 5_000_000;
const LAST_LINE = 1_000_000;

/** Gathers lines while a report is read; a line that is named twice was run when one of them says so. */
export interface LineGatherer {
  /** False: the report names more than can be kept. */
  add(file: string, line: number, ran: boolean): boolean;
  files(): Map<string, FileLines>;
}

export function createLineGatherer(): LineGatherer {
  const seen = new Map<string, Map<number, boolean>>();
  let lines = 0;
  return {
    add(file, line, ran) {
      if (!Number.isInteger(line) || line < 1 || line > LAST_LINE || file === '') return true;
      let known = seen.get(file);
      if (known === undefined) {
        if (seen.size >= MOST_FILES) return false;
        known = new Map();
        seen.set(file, known);
      }
      if (!known.has(line)) lines += 1;
      known.set(line, ran || known.get(line) === true);
      return lines <= MOST_LINES;
    },
    files: () => new Map([...seen].map(([file, known]) => [file, toLines(known)])),
  };
}

function toLines(known: ReadonlyMap<number, boolean>): FileLines {
  const ordered = [...known].toSorted(([a], [b]) => a - b);
  const of = (ran: boolean) => ordered.filter(([, value]) => value === ran).map(([line]) => line);
  return { covered: of(true), uncovered: of(false) };
}

export const TOO_MANY = 'The report names more files or lines than are read.';
