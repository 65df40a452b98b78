import type { ReadStream, WriteStream } from 'node:tty';
import { visible } from '#kernel/text.ts';

export { visible };

/** Where a command writes: results to stdout, everything else (progress, errors) to stderr. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** stdout is a terminal, so colours and live lines make sense. */
  interactive: boolean;
  /** How wide it is; undefined where stdout is none. */
  columns?: number | undefined;
  /** The terminal itself, for what fills it; undefined where keys or a screen are missing. */
  screen?: Screen | undefined;
}

/** A terminal with a keyboard. */
export interface Screen {
  input: ReadStream;
  output: WriteStream;
  /** False: the person asked for none (https://no-color.org). */
  colours: boolean;
  /** What a person writes texts in, as a shell reads it; undefined: they named none. */
  editor?: string | undefined;
  /** What opens a page in a browser, to which the address is added; undefined: there is none here. */
  browser?: readonly string[] | undefined;
}

/** What the global options say. */
export interface Format {
  json: boolean;
}

/** Prints exactly one JSON document with `--json`, else the text. */
export function show(terminal: Terminal, format: Format, value: unknown, text: () => string): void {
  terminal.out(format.json ? JSON.stringify(value, null, 2) : text());
}

/** Columns padded to their widest cell, none wider than `widest`; control characters shown as escapes, because titles come from strangers. */
export function table(header: string[], rows: Array<Array<string | number | null>>, widest = 60): string {
  if (rows.length === 0) return '(none)';
  const cells = [header, ...rows.map((row) => row.map((cell) => visible(String(cell ?? ''))))];
  const widths = header.map((_, column) => Math.min(widest, Math.max(...cells.map((row) => row[column]?.length ?? 0))));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (cell.length > widest ? `${cell.slice(0, widest - 1)}…` : cell).padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The first `limit` of what was read: one more than these tells whether there are more. */
export function cut<T>(found: readonly T[], limit: number): { items: T[]; more: boolean } {
  return { items: found.slice(0, limit), more: found.length > limit };
}

/** A list that says so where it is not the whole one. */
export const withMore = (text: string, more: boolean): string => (more ? `${text}\nThere are more; --limit shows them.` : text);

/** `visible` for text of several lines, whose line ends and tabs stay. */
export function lines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}
