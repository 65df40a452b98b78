/** A text as a program that takes it apart would read it, and where each of its characters stands in the text as it is spelled. */
export interface Reading {
  text: string;
  /** UTF-16 units; takes the end of the reading too. */
  sourceOf(at: number): number;
}

// In JSON within JSON each level doubles the backslashes: sixteen are five levels.
const ESCAPE = /\\{1,16}(?:([bfnrt])|(\/)|u([\da-f]{4}))/gi;
/** Encoded once or more often: `%2540` is `%40` encoded again. */
const PERCENT = /%(?:25)*([\da-f]{2})/gi;
const PERCENT_OR_PLUS = new RegExp(`${PERCENT.source}|\\+`, 'gi');

/** Stands for what is part of no word: controls, and what is not ASCII, which no form of personal data holds. */
const GAP = '\n';
const asciiOf = (hex: string): string => {
  const code = Number.parseInt(hex, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : GAP;
};

/** JSON and strings of programs in the text: `\u0040` is a sign like any other, and the letter of `\n` is not part of the word behind it. */
export const readAsEscaped = (text: string): Reading =>
  readThrough(text, ESCAPE, ([, , slash, hex]) => slash ?? (hex === undefined ? GAP : asciiOf(hex)));

/**
 * Queries and paths of an address: `%2B49%2030…` and `dora%40example.org`. Each `%xx` is a byte and is read by itself, so what is not UTF-8
 * is in nobody's way.
 */
export function readAsPercent(text: string): Reading {
  const read = readThrough(text, PERCENT_OR_PLUS, ([, hex]) => (hex === undefined ? ' ' : asciiOf(hex)));
  const escaped = readAsEscaped(read.text);
  return { text: escaped.text, sourceOf: (at) => read.sourceOf(escaped.sourceOf(at)) };
}

/** Linear in the length. `read` answers one character for each match. */
function readThrough(text: string, spelling: RegExp, read: (match: RegExpExecArray) => string): Reading {
  const parts: string[] = [];
  const ends: number[] = [];
  const shifts: number[] = [];
  let from = 0;
  let length = 0;
  for (const match of text.matchAll(spelling)) {
    parts.push(text.slice(from, match.index), read(match));
    length += match.index - from + 1;
    from = match.index + match[0].length;
    ends.push(length);
    shifts.push(from - length);
  }
  if (parts.length === 0) return { text, sourceOf: (at) => at };
  return { text: parts.join('') + text.slice(from), sourceOf: (at) => at + shiftAt(ends, shifts, at) };
}

/** What the matches that end at or before `at` were longer than what they are read as. */
function shiftAt(ends: readonly number[], shifts: readonly number[], at: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (shifts[low - 1] ?? 0);
}
