import { expect, test } from 'vitest';
import { blocksOf, compose, contestedCount, contestWord, isCrlf, linesOf, markerLines, type ConflictFile, type Stretch } from './three-way.ts';

const range = (start: number, end: number) => ({ start, end });
const stretch = (kind: Stretch['kind'], base: [number, number], ours: [number, number], theirs: [number, number]): Stretch => ({
  kind,
  base: range(...base),
  ours: range(...ours),
  theirs: range(...theirs),
});

/** Line 1 was changed by ours, line 3 by both, line 5 by theirs. */
const FILE = {
  path: 'a.txt',
  base: '1\n2\n3\n4\n5\n',
  ours: 'ONE\n2\nours\nmore\n4\n5\n',
  theirs: '1\n2\ntheirs\n4\nFIVE',
  stretches: [
    stretch('ours', [0, 1], [0, 1], [0, 1]),
    stretch('same', [1, 2], [1, 2], [1, 2]),
    stretch('conflict', [2, 3], [2, 4], [2, 3]),
    stretch('same', [3, 4], [4, 5], [3, 4]),
    stretch('theirs', [4, 5], [5, 6], [4, 5]),
  ],
} as unknown as ConflictFile;

test('lines keep their ends, and an empty text has none', () => {
  expect([linesOf('a\n\nb'), linesOf(''), linesOf(null)]).toEqual([['a\n', '\n', 'b'], [], []]);
});

test('the sides stand beside each other line by line, the shorter one with nothing in the rest', () => {
  const [, , contested] = blocksOf(FILE);
  expect(contested).toMatchObject({ kind: 'conflict', contested: 0 });
  expect(contested?.rows).toEqual([
    { kind: 'conflict', base: { number: 3, text: '3' }, ours: { number: 3, text: 'ours' }, theirs: { number: 3, text: 'theirs' } },
    { kind: 'conflict', base: null, ours: { number: 4, text: 'more' }, theirs: null },
  ]);
  expect(contestedCount(FILE)).toBe(1);
});

test('long unchanged parts are folded but for three lines around a change', () => {
  const twenty = Array.from({ length: 20 }, (_, at) => `${at}\n`).join('');
  const file = {
    ...FILE,
    base: `${twenty}x\n`,
    ours: `${twenty}y\n`,
    theirs: `${twenty}z\n`,
    stretches: [stretch('same', [0, 20], [0, 20], [0, 20]), stretch('conflict', [20, 21], [20, 21], [20, 21])],
  };
  expect(blocksOf(file).map(({ rows, folded }) => [rows.length, folded])).toEqual([
    [17, true],
    [3, false],
    [1, false],
  ]);
});

test('what only one side changed is taken from it, and a contested place as it was picked', () => {
  expect(compose(FILE, { 0: 'ours' }, 'main')).toBe('ONE\n2\nours\nmore\n4\nFIVE');
  expect(compose(FILE, { 0: 'theirs' }, 'main')).toBe('ONE\n2\ntheirs\n4\nFIVE');
  expect(compose(FILE, { 0: 'both' }, 'main')).toBe('ONE\n2\nours\nmore\ntheirs\n4\nFIVE');
});

test('a place that was not picked stands there with markers, which are found again', () => {
  const text = compose(FILE, {}, 'main');
  expect(text).toBe('ONE\n2\n<<<<<<< ours: main\nours\nmore\n=======\ntheirs\n>>>>>>> theirs: submitted\n4\nFIVE');
  expect(markerLines(text)).toEqual([3, 6, 8]);
  expect(markerLines('Title\n=======\n')).toEqual([]);
  expect(markerLines(compose(FILE, { 0: 'both' }, 'main'))).toEqual([]);
});

test('sides that were not compared begin with the target', () => {
  expect(compose({ ...FILE, stretches: null }, {}, 'main')).toBe(FILE.ours);
  expect(blocksOf({ ...FILE, stretches: null })).toEqual([]);
});

test('what is contested is told by what each side has', () => {
  const side = (shown: string) => ({ shown, mode: null, bytes: null });
  const word = (base: string, ours: string, theirs: string): string =>
    contestWord({ ...FILE, sides: { base: side(base), ours: side(ours), theirs: side(theirs) } } as ConflictFile, 'main');
  expect(word('text', 'text', 'text')).toBe('Both changed the same lines, in one place.');
  expect(word('text', 'absent', 'text')).toBe('Deleted on main, changed in what was submitted.');
  expect(word('text', 'text', 'absent')).toBe('Changed on main, deleted in what was submitted.');
  expect(word('absent', 'text', 'text')).toBe('Both added this file, each with other contents.');
  expect(word('absent', 'absent', 'text')).toBe('Only what was submitted has this file, under this name.');
});

test('lines as Windows ends them are shown without their carriage returns, and edited as a field of text has them', () => {
  const windows = (text: string | null): string | null => text?.replaceAll('\n', '\r\n') ?? null;
  const file = { ...FILE, base: windows(FILE.base), ours: windows(FILE.ours), theirs: windows(FILE.theirs) };
  expect(JSON.stringify(blocksOf(file))).toBe(JSON.stringify(blocksOf(FILE)));
  expect(compose(file, { 0: 'both' }, 'main')).toBe(compose(FILE, { 0: 'both' }, 'main'));
  expect([isCrlf(file.ours), isCrlf(FILE.ours), isCrlf('a\r\nb\n'), isCrlf('a'), isCrlf(null)]).toEqual([true, false, false, false, false]);
});
