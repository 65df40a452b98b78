import type { Block } from './log-model.ts';

/** The end of the address of a line: `line-12`. It is the id of the row that begins with that line as well. */
export const addressOf = (line: number): string => `line-${line}`;

/** The line that the end of an address names; null: it names none. */
export function lineOf(hash: string): number | null {
  const digits = /^#?line-([1-9]\d{0,8})$/.exec(hash)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Which block holds a line: the one that begins with it, or the last before it, whose text goes on with it; -1: none does. */
export function blockWith(blocks: readonly Pick<Block, 'line'>[], line: number): number {
  return blocks.findLastIndex((block) => block.line <= line);
}
