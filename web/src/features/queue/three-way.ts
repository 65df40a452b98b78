import type { Answer } from '../../api/client.ts';

export type Conflict = Answer<'/v1/change-requests/{id}/conflict', 'get'>;
export type ConflictFile = Conflict['files'][number];
export type Stretch = NonNullable<ConflictFile['stretches']>[number];
export type SideName = 'base' | 'ours' | 'theirs';

/** Which side of one contested place is taken. `both`: ours, then theirs. */
export type Pick = 'ours' | 'theirs' | 'both';

/** Lines with their ends; the last may have none. */
export const linesOf = (text: string | null): string[] => text?.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Every line ends as Windows writes it. */
export const isCrlf = (text: string | null): boolean => text !== null && text.includes('\r\n') && !/(^|[^\r])\n/.test(text);

/** One line of the view: what stands there on each side, with its number from 1; null: nothing. */
export interface Row {
  kind: Stretch['kind'];
  base: Cell | null;
  ours: Cell | null;
  theirs: Cell | null;
}

export interface Cell {
  number: number;
  text: string;
}

/** A part of the view. `folded`: unchanged lines that are not shown unless asked for. */
export interface Block {
  kind: Stretch['kind'];
  /** Number of the contested place, from 0; null: nobody disagrees here. */
  contested: number | null;
  rows: Row[];
  folded: boolean;
}

/** Unchanged lines that stay around a change. */
const AROUND = 3;

/** The three sides set against each other, with long unchanged parts folded. Nothing when the sides were not compared. */
export function blocksOf(file: ConflictFile): Block[] {
  const sides = { base: shownLines(file.base), ours: shownLines(file.ours), theirs: shownLines(file.theirs) };
  const stretches = file.stretches ?? [];
  let contested = 0;
  return stretches.flatMap((stretch, at) => {
    const rows = rowsOf(stretch, sides);
    if (stretch.kind === 'same') return fold(rows, { first: at === 0, last: at === stretches.length - 1 });
    const number = stretch.kind === 'conflict' ? contested++ : null;
    return [{ kind: stretch.kind, contested: number, rows, folded: false }];
  });
}

type Sides = Record<SideName, string[]>;

/** Without their ends; a carriage return is shown only where lines of one side end in different ways. */
function shownLines(text: string | null): string[] {
  const end = isCrlf(text) ? /\r?\n$/ : /\n$/;
  return linesOf(text).map((line) => line.replace(end, ''));
}

function rowsOf(stretch: Stretch, sides: Sides): Row[] {
  const height = Math.max(...(['base', 'ours', 'theirs'] as const).map((side) => stretch[side].end - stretch[side].start));
  return Array.from({ length: height }, (_, at) => ({
    kind: stretch.kind,
    base: cellOf(stretch, sides, 'base', at),
    ours: cellOf(stretch, sides, 'ours', at),
    theirs: cellOf(stretch, sides, 'theirs', at),
  }));
}

function cellOf(stretch: Stretch, sides: Sides, side: SideName, at: number): Cell | null {
  const line = stretch[side].start + at;
  const text = line < stretch[side].end ? sides[side][line] : undefined;
  return text === undefined ? null : { number: line + 1, text };
}

function fold(rows: Row[], { first, last }: { first: boolean; last: boolean }): Block[] {
  const head = first ? 0 : AROUND;
  const tail = last ? 0 : AROUND;
  // A fold of two lines saves nothing.
  if (rows.length <= head + tail + 2) return [plain(rows)];
  return [plain(rows.slice(0, head)), { ...plain(rows.slice(head, rows.length - tail)), folded: true }, plain(rows.slice(rows.length - tail))].filter(
    (block) => block.rows.length > 0,
  );
}

const plain = (rows: Row[]): Block => ({ kind: 'same', contested: null, rows, folded: false });

/** Number of places where both sides changed the same lines differently. */
export const contestedCount = (file: ConflictFile): number => (file.stretches ?? []).filter(({ kind }) => kind === 'conflict').length;

/**
 * What a file becomes when each contested place is taken as picked and everything else from the side that changed it. Places that are not picked
 * stand there as git writes them, with marker lines; `target` names the branch in them. Lines end in a line feed alone, as fields of text have them:
 * `isCrlf` says whether they are to be put back.
 */
export function compose(file: ConflictFile, picks: Readonly<Record<number, Pick>>, target: string): string {
  const sides = { base: linesOf(file.base), ours: linesOf(file.ours), theirs: linesOf(file.theirs) };
  if (file.stretches === null) return withLineFeeds(file.ours ?? file.theirs ?? '');
  let contested = 0;
  const parts = file.stretches.map((stretch) => {
    const of = (side: SideName): string[] => sides[side].slice(stretch[side].start, stretch[side].end);
    if (stretch.kind !== 'conflict') return of(stretch.kind === 'theirs' ? 'theirs' : 'ours').join('');
    const pick = picks[contested++];
    if (pick === 'both') return ended(of('ours')) + of('theirs').join('');
    if (pick !== undefined) return of(pick).join('');
    return `<<<<<<< ours: ${target}\n${ended(of('ours'))}=======\n${ended(of('theirs'))}>>>>>>> theirs: submitted\n`;
  });
  return withLineFeeds(joined(parts));
}

const withLineFeeds = (text: string): string => text.replaceAll('\r\n', '\n');

/** A part that something follows ends its last line. */
const joined = (parts: string[]): string =>
  parts.reduce((text, part) => (text === '' || part === '' || text.endsWith('\n') ? text + part : `${text}\n${part}`), '');

const ended = (lines: string[]): string => {
  const text = lines.join('');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
};

/** Numbers (from 1) of lines that still are conflict markers, where all three kinds are there: what the server refuses. */
export function markerLines(text: string): number[] {
  const lines = text.split('\n');
  const at = (pattern: RegExp): number[] => lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
  const [opening, between, closing] = [at(/^<{7} /), at(/^={7}\r?$/), at(/^>{7} /)];
  if (opening.length === 0 || between.length === 0 || closing.length === 0) return [];
  return [...opening, ...between, ...closing].toSorted((a, b) => a - b);
}

/** What is contested about a file, as a sentence. */
export function contestWord({ sides, stretches }: ConflictFile, target: string): string {
  const [base, ours, theirs] = [sides.base.shown === 'absent', sides.ours.shown === 'absent', sides.theirs.shown === 'absent'];
  if (ours && !theirs)
    return base ? `Only what was submitted has this file, under this name.` : `Deleted on ${target}, changed in what was submitted.`;
  if (theirs && !ours) return base ? `Only ${target} has this file, under this name.` : `Changed on ${target}, deleted in what was submitted.`;
  if (base) return 'Both added this file, each with other contents.';
  const places = (stretches ?? []).filter(({ kind }) => kind === 'conflict').length;
  if (places === 0) return 'Both changed this file in ways that cannot be put together.';
  return `Both changed the same lines, in ${places === 1 ? 'one place' : `${places} places`}.`;
}
