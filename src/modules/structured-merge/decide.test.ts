import { expect, test } from 'vitest';
import { merge, mergeBytes } from './__fixtures__/merge.ts';
import { mergeFile } from './decide.ts';

const LINES = 'one\ntwo\nthree\nfour\nfive\n';

test.each([
  ['a file that neither side has', null, null, 'refused: Neither side has the file.'],
  ['a file that one side deleted', null, 'two\n', 'refused: One side deleted the file, the other changed it.'],
  ['the same content on both sides', 'two\n', 'two\n', 'two\n'],
])('%s', (_, ours, theirs, expected) => {
  expect(merge('a.txt', 'one\n', ours, theirs)).toBe(expected);
});

test('a file that both sides created is refused unless they wrote the same', () => {
  expect(merge('a.txt', null, 'a\n', 'b\n')).toMatch(/^refused: Both sides created/);
  expect(merge('a.txt', null, 'a\n', 'a\n')).toBe('a\n');
});

test('what only one side changed is taken as it is, even where it is not text', () => {
  const binary = Uint8Array.of(0, 255, 1);
  const text = Uint8Array.of(97);
  expect(mergeFile({ path: 'a.bin', base: text, ours: text, theirs: binary })).toMatchObject({ kind: 'merged', content: binary, absorbed: [] });
  expect(mergeFile({ path: 'a.bin', base: text, ours: binary, theirs: text })).toMatchObject({ kind: 'merged', content: binary });
});

test.each([
  ['binary', Uint8Array.of(97, 0, 98)],
  ['not UTF-8', Uint8Array.of(97, 0xff, 98)],
])('a file that is %s on any side is refused', (_, odd) => {
  const [base, side] = [new TextEncoder().encode(LINES), new TextEncoder().encode(`${LINES}six\n`)];
  for (const versions of [
    { base: odd, ours: base, theirs: side },
    { base, ours: odd, theirs: side },
    { base, ours: side, theirs: odd },
  ])
    expect(mergeFile({ path: 'a.txt', ...versions })).toEqual({ kind: 'refused', reason: 'The file is not text.' });
});

test('a file too large to be compared in good time is refused', () => {
  const large = `${'x'.repeat(1024 * 1024)}\n`;
  expect(merge('a.txt', 'a\n', large, 'b\n')).toBe('refused: The file is too large.');
});

test('line ends of Windows are kept when all three versions have them', () => {
  const windows = (text: string): string => text.replaceAll('\n', '\r\n');
  expect(merge('a.txt', windows(LINES), windows(LINES.replace('two', 'TWO')), windows(LINES.replace('three', 'THREE')))).toBe(
    windows('one\nTWO\nTHREE\nfour\nfive\n'),
  );
});

test('a last line without an end stays without one', () => {
  expect(merge('a.txt', 'one\ntwo\nthree', 'ONE\ntwo\nthree', 'one\nTWO\nthree')).toBe('ONE\nTWO\nthree');
});

test('a byte order mark stays', () => {
  expect(merge('a.json', '\ufeff{"a":1,"b":1}', '\ufeff{"a":2,"b":1}', '\ufeff{"a":1,"b":2}')).toBe('\ufeff{"a": 2, "b": 2}');
});

test('what theirs did that ours had done already is told, so that nobody believes all of it landed', () => {
  const whole = mergeBytes('a.txt', LINES, LINES.replace('two', 'TWO'), LINES.replace('three', 'THREE'));
  expect(whole).toMatchObject({ kind: 'merged', absorbed: [], rule: 'neighbours' });
  const half = mergeBytes('a.txt', LINES, LINES.replace('one', 'ONE').replace('four', 'FOUR'), LINES.replace('one', 'ONE').replace('five', 'FIVE'));
  expect(half).toMatchObject({ kind: 'merged', absorbed: ['one', 'ONE'] });
});
