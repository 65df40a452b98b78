import { both, CHOSEN, PLAIN, type Style } from './style.ts';
import { clipLine, glyphsOf, styled, type Line } from './text.ts';

/** One place of a screen. `width` 0: the right half of the wide one before it. */
export interface Cell {
  text: string;
  width: 0 | 1 | 2;
  style: Style;
}

/** A whole screen as it shall be. */
export interface Frame {
  cols: number;
  rows: number;
  cells: ReadonlyArray<readonly Cell[]>;
  /** Where a person types; null: the cursor is hidden. */
  cursor: { x: number; y: number } | null;
}

export interface Size {
  cols: number;
  rows: number;
}

const BLANK: Cell = { text: ' ', width: 1, style: PLAIN };
const HALF: Cell = { text: '', width: 0, style: PLAIN };

/** Rows as cells: cut at the right edge and at the bottom, blank where there is nothing. */
export function paint(lines: readonly Line[], { cols, rows }: Size, cursor: Frame['cursor'] = null): Frame {
  const cells = Array.from({ length: rows }, (_, y) => cellsOf(lines[y] ?? [], cols));
  return { cols, rows, cells, cursor: cursor !== null && cursor.x < cols && cursor.y < rows ? cursor : null };
}

function cellsOf(line: Line, cols: number): Cell[] {
  const cells: Cell[] = [];
  for (const { text, style } of clipLine(line, cols)) {
    for (const glyph of glyphsOf(text)) {
      if (cells.length + glyph.width > cols) break;
      cells.push({ text: glyph.text, width: glyph.width, style });
      if (glyph.width === 2) cells.push({ ...HALF, style });
    }
  }
  while (cells.length < cols) cells.push(BLANK);
  return cells;
}

/** The row that is chosen: seen without colours too. */
export const chosen = (line: Line): Line => styled(line, CHOSEN, both);

/** What a person would read, row by row, blanks at the ends left out. */
export const textOf = (frame: Frame): string =>
  frame.cells
    .map((cells) =>
      cells
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
