import { visible } from '#kernel/text.ts';
import { PLAIN, type Style } from './style.ts';
import { clusterWidth } from './width.ts';

/** What takes one place on a screen: a letter with its marks, a wide letter, an emoji. */
export interface Glyph {
  text: string;
  width: 1 | 2;
}

/** A piece of text in one style. Nothing in its text is unseen. */
export interface Span {
  text: string;
  style: Style;
}

/** One row of a screen. */
export type Line = readonly Span[];

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Fillers, selectors and code points without a meaning: they take no ink, and say something to whoever reads the bytes. */
const WITHOUT_INK = /[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\p{Co}\ufe00-\ufe0e\p{Cn}\u{e0100}-\u{e01ef}]/gu;
/** A letter with more marks than any language has would be drawn over its neighbours. */
const MOST_MARKS = 8;
const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Text as glyphs, hidden characters and marks without a letter as escapes: nothing of it can move a cursor. */
export function glyphsOf(text: string): Glyph[] {
  if (PRINTABLE_ASCII.test(text)) return Array.from(text, (letter) => ({ text: letter, width: 1 }));
  return Array.from(SEGMENTS.segment(seen(text.toWellFormed())), ({ segment }) => glyphsOfCluster(segment)).flat();
}

function glyphsOfCluster(cluster: string): Glyph[] {
  const isLaden = cluster.length > MOST_MARKS && Array.from(cluster).length > MOST_MARKS;
  const width = isLaden ? 0 : clusterWidth(cluster);
  if (width === 1 || width === 2) return [{ text: cluster, width }];
  // Letters that a script writes together, as Devanagari does: one after the other they are readable.
  const letters = isLaden ? [] : (cluster.match(/\P{M}\p{M}*/gu) ?? []);
  if (letters.length > 1) return letters.flatMap(glyphsOfCluster);
  return Array.from(escaped(cluster), (letter) => ({ text: letter, width: 1 }));
}

/** Everything in it that cannot be seen, as escapes. */
const seen = (text: string): string => visible(text).replace(WITHOUT_INK, escaped);

/** Each code point by its number. */
function escaped(segment: string): string {
  return Array.from(segment, (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join('');
}

/** Places that a text takes. */
export function widthOf(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : glyphsOf(text).reduce((sum, { width }) => sum + width, 0);
}

/** At most `width` places of it, with an ellipsis where something is left out. */
export function clip(text: string, width: number): string {
  if (width <= 0) return '';
  const glyphs = glyphsOf(text);
  if (glyphs.reduce((sum, glyph) => sum + glyph.width, 0) <= width) return glyphs.map((glyph) => glyph.text).join('');
  let kept = '';
  let room = width - 1;
  for (const glyph of glyphs) {
    if (glyph.width > room) break;
    kept += glyph.text;
    room -= glyph.width;
  }
  return `${kept}…`;
}

/** Clipped, and filled with blanks up to `width`; `end` sets figures to the right. */
export function fit(text: string, width: number, align: 'start' | 'end' = 'start'): string {
  const clipped = clip(text, width);
  const blanks = ' '.repeat(Math.max(0, width - widthOf(clipped)));
  return align === 'start' ? clipped + blanks : blanks + clipped;
}

/** Text of several lines in rows of `width`, broken at blanks where there are any; tabs are two blanks. */
export function wrap(text: string, width: number): string[] {
  return text.split(/\r?\n/).flatMap((line) => wrapLine(line.replaceAll('\t', '  '), Math.max(4, width)));
}

function wrapLine(line: string, width: number): string[] {
  const rows: string[] = [];
  let row: Glyph[] = [];
  let taken = 0;
  for (const glyph of glyphsOf(line)) {
    if (taken + glyph.width > width) {
      const blank = row.findLastIndex((each) => each.text === ' ');
      // A word longer than half a row is broken where the row ends.
      const rest = blank > row.length / 2 ? row.splice(blank + 1) : [];
      rows.push(
        row
          .map((each) => each.text)
          .join('')
          .trimEnd(),
      );
      row = rest;
      taken = rest.reduce((sum, each) => sum + each.width, 0);
    }
    row.push(glyph);
    taken += glyph.width;
  }
  rows.push(row.map((each) => each.text).join(''));
  return rows;
}

export const span = (text: string, style: Style = PLAIN): Span => ({ text: seen(text), style });

/** A row of spans; strings are plain. */
export const row = (...parts: Array<Span | string>): Line => parts.map((part) => (typeof part === 'string' ? span(part) : part));

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0);

/** A row cut to `width`, with an ellipsis where something is left out. */
export function clipLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Span[] = [];
  let room = width;
  for (const part of line) {
    const taken = widthOf(part.text);
    // The last place is the ellipsis'.
    if (taken >= room) {
      kept.push({ ...part, text: clip(taken === room ? `${part.text} ` : part.text, room) });
      break;
    }
    kept.push(part);
    room -= taken;
  }
  return kept;
}

/** Cut or filled with blanks to exactly `width`. */
export function fitLine(line: Line, width: number): Line {
  const cut = clipLine(line, width);
  const blanks = width - lineWidth(cut);
  return blanks <= 0 ? cut : [...cut, span(' '.repeat(blanks))];
}

/** Two rows in one: `right` at the end, `left` clipped to what it leaves. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = clipLine(right, width);
  return [...fitLine(left, width - lineWidth(end)), ...end];
}

/** Every span of it with this style on top. */
export const styled = (line: Line, style: Style, on: (one: Style, other: Style) => Style): Line =>
  line.map((part) => ({ ...part, style: on(part.style, style) }));
