import { slideDown, type Hunk } from './decide.diff.ts';
import { compareThree, slice, type SidedHunk, type Stretch, type Three } from './decide.diff3.ts';
import type { Piece } from './decide.pieces.ts';
import { tokenize, tokenizeExactly, type Token } from './decide.tokens.ts';

/** A region's merge and the names of the rules it took; null: the rules here cannot merge it. */
export interface RegionMerge {
  pieces: Piece[];
  rules: string[];
}

/**
 * Changes of neighbouring lines: git calls them a conflict because nothing unchanged lies between them, yet each side
 * changed lines of its own. Two insertions at one place are kept as a joint, for others to judge.
 */
export function mergeNeighbours(three: Three, stretch: Stretch): RegionMerge | null {
  const pieces: Piece[] = [];
  let at = stretch.base.start;
  let before: SidedHunk | undefined;
  let joints = 0;
  const hunks = slideApart(three, stretch.hunks);
  for (const [index, one] of hunks.entries()) {
    const { hunk, side } = one;
    if (before !== undefined && hunk.start < before.hunk.end) return null;
    if (hunk.start > at) pieces.push({ text: three.base.slice(at, hunk.start).join(''), by: 'nobody' });
    const next = hunks[index + 1];
    const meets = (other: SidedHunk | undefined): boolean =>
      other !== undefined && other.side !== side && isInsertion(hunk) && isInsertion(other.hunk) && other.hunk.start === hunk.start;
    const joint = meets(next) || meets(before);
    if (joint) joints += 1;
    const source = side === 'ours' ? three.ours : three.theirs;
    pieces.push({ text: source.slice(hunk.otherStart, hunk.otherEnd).join(''), by: side, ...(joint ? { joint } : {}) });
    at = Math.max(at, hunk.end);
    before = one;
  }
  if (at < stretch.base.end) pieces.push({ text: three.base.slice(at, stretch.base.end).join(''), by: 'nobody' });
  return { pieces: inOrder(pieces), rules: joints > 0 ? (hunks.length > 2 ? ['neighbours', 'siblings'] : ['siblings']) : ['neighbours'] };
}

const isInsertion = (hunk: Hunk): boolean => hunk.start === hunk.end;

/**
 * An insertion that is seen within what the other side replaced, but reads the same a few lines further up or down (the blank
 * line before it is as good as the one after it): beside what was replaced, where it can be.
 */
function slideApart(three: Three, hunks: readonly SidedHunk[]): SidedHunk[] {
  const moved = hunks.map((one) => {
    const within = isInsertion(one.hunk)
      ? hunks.find(({ hunk, side }) => side !== one.side && hunk.start < one.hunk.start && one.hunk.start < hunk.end)
      : undefined;
    if (within === undefined) return one;
    const side = one.side === 'ours' ? three.ours : three.theirs;
    const hunk = slideTo(three.base, side, one.hunk, within.hunk.start) ?? slideTo(three.base, side, one.hunk, within.hunk.end);
    return hunk === null ? one : { ...one, hunk };
  });
  return moved.toSorted((a, b) => a.hunk.start - b.hunk.start || a.hunk.end - b.hunk.end);
}

/** The insertion at another place of the base, if it is the same one there. */
function slideTo(base: readonly string[], side: readonly string[], hunk: Hunk, place: number): Hunk | null {
  const by = place - hunk.start;
  const step = Math.sign(by);
  for (let slid = 0; slid !== by; slid += step) {
    const [from, to] =
      step < 0 ? [base[hunk.start + slid - 1], side[hunk.otherEnd + slid - 1]] : [base[hunk.start + slid], side[hunk.otherStart + slid]];
    if (from === undefined || from !== to) return null;
  }
  return { start: hunk.start + by, end: hunk.end + by, otherStart: hunk.otherStart + by, otherEnd: hunk.otherEnd + by };
}

/** Of a joint, ours comes first. */
function inOrder(pieces: readonly Piece[]): Piece[] {
  const ordered = [...pieces];
  for (let at = 0; at + 1 < ordered.length; at += 1) {
    const [first, second] = [ordered[at], ordered[at + 1]];
    if (first?.joint === true && second?.joint === true && first.by === 'theirs' && second.by === 'ours') {
      ordered[at] = second;
      ordered[at + 1] = first;
      at += 1;
    }
  }
  return ordered;
}

/** Larger regions are not looked at token by token: their alignment is guesswork. */
const MOST_TOKENS = 6000;

/**
 * Changes of different tokens. White space is not compared but follows its token, so code that one side moved to the right
 * takes the other side's edits, moved alike. Changes that touch are left alone, but for two insertions at one place (a joint).
 */
export function mergeTokens(three: Three, stretch: Stretch): RegionMerge | null {
  const tokens = {
    base: tokenize(slice(three.base, stretch.base).join('')),
    ours: tokenize(slice(three.ours, stretch.ours).join('')),
    theirs: tokenize(slice(three.theirs, stretch.theirs).join('')),
  };
  if (Math.max(tokens.base.length, tokens.ours.length, tokens.theirs.length) > MOST_TOKENS) return null;
  const parts = compareTokens({ base: tokens.base.map(textOf), ours: tokens.ours.map(textOf), theirs: tokens.theirs.map(textOf) });
  const pieces: Piece[] = [];
  const rules = new Set<string>();
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'same') {
      pieces.push({ text: sameTokens(tokens, part), by: 'nobody' });
      continue;
    }
    const joint = part.kind === 'conflict';
    if (joint && part.base.start !== part.base.end) {
      const near = touchTokens(tokens, part);
      if (near === null) return null;
      pieces.push(...near);
      rules.add('touch');
      continue;
    }
    rules.add(joint ? 'siblings' : 'tokens');
    const sides: ReadonlyArray<'ours' | 'theirs' | 'both'> = part.kind === 'conflict' ? ['ours', 'theirs'] : [part.kind];
    for (const by of sides) {
      const from = by === 'theirs' ? slice(tokens.theirs, part.theirs) : slice(tokens.ours, part.ours);
      const shift = by === 'both' || !from.some(startsLine) ? 0 : shiftAround(tokens, parts, at, by === 'theirs' ? 'ours' : 'theirs');
      if (shift === null) return null;
      pieces.push({ text: join(shift === 0 ? from : from.map((token) => indentedBy(token, shift))), by, ...(joint ? { joint } : {}) });
    }
  }
  return { pieces, rules: [...rules] };
}

type Tokens = Record<'base' | 'ours' | 'theirs', Token[]>;

const startsLine = (token: Token): boolean => token.space.includes('\n');
const indentOf = (token: Token | undefined): number => (token === undefined ? 0 : token.space.length - token.space.lastIndexOf('\n') - 1);

/**
 * How far the other side moved the lines around a part to the right. Null when the lines before and after were moved
 * differently: the other side put a block around one of them, and nothing says whether the part belongs inside.
 */
function shiftAround(tokens: Tokens, parts: readonly Stretch[], at: number, other: 'ours' | 'theirs'): number | null {
  const before = lineShift(tokens, parts.slice(0, at).toReversed(), other, true);
  const after = lineShift(tokens, parts.slice(at + 1), other, false);
  return before === after ? before : null;
}

/** Of the nearest unchanged token that starts a line; beyond the region nothing was moved. */
function lineShift(tokens: Tokens, parts: readonly Stretch[], other: 'ours' | 'theirs', backwards: boolean): number {
  for (const part of parts) {
    if (part.kind !== 'same') continue;
    const offsets = slice(tokens.base, part.base).flatMap((token, offset) => (startsLine(token) ? [offset] : []));
    const offset = backwards ? offsets.at(-1) : offsets[0];
    if (offset === undefined) continue;
    const moved = tokens[other][part[other].start + offset];
    return moved !== undefined && startsLine(moved) ? indentOf(moved) - indentOf(tokens.base[part.base.start + offset]) : 0;
  }
  return 0;
}

function indentedBy(token: Token, shift: number): Token {
  if (!startsLine(token)) return token;
  const end = token.space.lastIndexOf('\n') + 1;
  const indent = token.space.slice(end);
  const filler = indent.startsWith('\t') ? '\t' : ' ';
  const moved = shift > 0 ? indent + filler.repeat(shift) : indent.slice(0, Math.max(0, indent.length + shift));
  return { ...token, space: token.space.slice(0, end) + moved };
}

/**
 * The same insertion can be seen at different places on the two sides (`.not` before `.to`, `not.` after `.`); where sliding
 * shows more of both changes to be the same, it is believed.
 */
function compareTokens(texts: Three): Stretch[] {
  const asFound = compareThree(texts, joinChance);
  const slid = compareThree(texts, (hunks, base, other) => joinChance(slideDown(base, other, hunks), base));
  const shared = (stretches: readonly Stretch[]): number => stretches.filter((stretch) => stretch.kind === 'both').length;
  return shared(slid) > shared(asFound) ? slid : asFound;
}

const textOf = (token: Token): string => token.text;
const join = (tokens: readonly Token[]): string => tokens.map(({ space, text }) => space + text).join('');

/** Unchanged tokens, with the white space of the side that changed it. */
function sameTokens(tokens: Tokens, part: Stretch): string {
  return slice(tokens.base, part.base)
    .map((token, index) => {
      const ours = tokens.ours[part.ours.start + index]?.space ?? '';
      const theirs = tokens.theirs[part.theirs.start + index]?.space ?? '';
      return (ours === token.space ? theirs : ours) + token.text;
    })
    .join('');
}

/**
 * An equal comma or bracket between two changes of one side is chance more often than not: changes with no word between them
 * are one, and so are long ones with a word or two between them.
 */
function joinChance(hunks: readonly Hunk[], base: readonly string[]): Hunk[] {
  const joined: Hunk[] = [];
  for (const hunk of hunks) {
    const last = joined.at(-1);
    if (last !== undefined && isChance(base.slice(last.end, hunk.start), last, hunk)) {
      joined[joined.length - 1] = { start: last.start, end: hunk.end, otherStart: last.otherStart, otherEnd: hunk.otherEnd };
    } else joined.push(hunk);
  }
  return joined;
}

function isChance(between: readonly string[], left: Hunk, right: Hunk): boolean {
  // What only was put in around something says clearly where it belongs.
  if (isInsertion(left) && isInsertion(right) && between.length > 0) return false;
  const words = between.filter((text) => /[\p{L}\p{N}_$]/u.test(text)).length;
  return words === 0 || words * 2 < Math.min(sizeOf(left), sizeOf(right)) / 4;
}

const sizeOf = (hunk: Hunk): number => Math.max(hunk.end - hunk.start, hunk.otherEnd - hunk.otherStart);

/** Changes of different words of prose; white space counts, and nothing that touches is merged. */
export function mergeWords(three: Three, stretch: Stretch): RegionMerge | null {
  const words = {
    base: tokenizeExactly(slice(three.base, stretch.base).join('')),
    ours: tokenizeExactly(slice(three.ours, stretch.ours).join('')),
    theirs: tokenizeExactly(slice(three.theirs, stretch.theirs).join('')),
  };
  if (Math.max(words.base.length, words.ours.length, words.theirs.length) > MOST_TOKENS) return null;
  const pieces: Piece[] = [];
  for (const part of compareThree(words, joinChance)) {
    if (part.kind === 'conflict') return null;
    const from = part.kind === 'theirs' ? slice(words.theirs, part.theirs) : slice(words.ours, part.ours);
    pieces.push({ text: from.join(''), by: part.kind === 'same' ? 'nobody' : part.kind });
  }
  return { pieces, rules: ['words'] };
}

function touchTokens(tokens: Tokens, stretch: Stretch): Piece[] | null {
  const pieces: Piece[] = [];
  let at = stretch.base.start;
  let before: SidedHunk | undefined;
  for (const one of stretch.hunks) {
    const { hunk, side } = one;
    if (before !== undefined && hunk.start < before.hunk.end) return null;
    if (before !== undefined && before.side !== side && isInsertion(hunk) && isInsertion(before.hunk) && hunk.start === before.hunk.start)
      return null;
    if (hunk.start > at) pieces.push({ text: join(tokens.base.slice(at, hunk.start)), by: 'nobody' });
    const source = side === 'ours' ? tokens.ours : tokens.theirs;
    pieces.push({ text: join(source.slice(hunk.otherStart, hunk.otherEnd)), by: side });
    at = Math.max(at, hunk.end);
    before = one;
  }
  if (at < stretch.base.end) pieces.push({ text: join(tokens.base.slice(at, stretch.base.end)), by: 'nobody' });
  return pieces;
}
