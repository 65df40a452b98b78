import { expect, test } from 'vitest';
import { conflictsOf, nameFromBytes, nameToBytes, parseMerge, parseNameStatus, parseNumstat, parseSourceHead, parseTree } from './map.ts';

const nul = (...parts: string[]): Buffer => Buffer.from(parts.map((part) => `${part}\0`).join(''), 'latin1');

test.each([
  ['plain ASCII', Buffer.from('src/a.ts')],
  ['UTF-8', Buffer.from('naïve/日本.txt')],
  ['Latin-1 bytes', Buffer.from([0x6e, 0x61, 0xef, 0x76, 0x65])],
  ['a cut UTF-8 sequence', Buffer.from([0x61, 0xe6, 0x97])],
  ['an overlong sequence', Buffer.from([0xc0, 0xaf])],
  ['a surrogate written as UTF-8', Buffer.from([0xed, 0xb2, 0x80])],
  ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61])],
])('a name of %s survives the way into a string and back', (_, bytes) => {
  expect(nameToBytes(nameFromBytes(bytes)).equals(bytes)).toBe(true);
});

test('only names that are not UTF-8 are ill-formed strings', () => {
  expect(nameFromBytes(Buffer.from('é')).isWellFormed()).toBe(true);
  expect(nameFromBytes(Buffer.from([0xe9])).isWellFormed()).toBe(false);
});

test('a tree listing keeps tabs and line feeds of names and folds old modes', () => {
  const id = 'a'.repeat(40);
  const entries = parseTree(nul(`100664 blob ${id}\ta\tb\nc`, `100755 blob ${id}\tx`, `120000 blob ${id}\tl`, `160000 commit ${id}\ts`));
  expect(entries.map(({ path, mode }) => [path, mode])).toEqual([
    ['a\tb\nc', '100644'],
    ['x', '100755'],
    ['l', '120000'],
    ['s', '160000'],
  ]);
});

test('renames take two names in status lists and counts', () => {
  expect(parseNameStatus(nul('M', 'a', 'R087', 'old', 'new', 'D', 'z'))).toEqual([
    { status: 'M', path: 'a', from: null },
    { status: 'R', path: 'new', from: 'old' },
    { status: 'D', path: 'z', from: null },
  ]);
  expect(parseNumstat(nul('3\t1\ta', '2\t0\t', 'old', 'new', '-\t-\tlogo.png'))).toEqual([
    { path: 'a', from: null, added: 3, deleted: 1 },
    { path: 'new', from: 'old', added: 2, deleted: 0 },
    { path: 'logo.png', from: null, added: null, deleted: null },
  ]);
});

test('a conflicted merge is read with its stages and git words per path', () => {
  const [a, b, c] = ['1', '2', '3'].map((digit) => digit.repeat(40));
  const merged = parseMerge(
    nul(
      'f'.repeat(40),
      `100644 ${a} 1\tf`,
      `100644 ${b} 2\tf`,
      `100644 ${c} 3\tf`,
      '',
      '1',
      'f',
      'Auto-merging',
      'Auto-merging f\n',
      '1',
      'f',
      'CONFLICT (contents)',
      'CONFLICT (content): Merge conflict in f\n',
    ),
  );
  expect(merged.tree).toBe('f'.repeat(40));
  expect(merged.stages.map(({ stage, blob }) => [stage, blob])).toEqual([
    [1, a],
    [2, b],
    [3, c],
  ]);
  expect(conflictsOf(merged)).toEqual([{ path: 'f', message: 'CONFLICT (content): Merge conflict in f' }]);
});

test('a clean merge has no stages', () => {
  expect(conflictsOf(parseMerge(nul('f'.repeat(40), '', '1', 'f', 'Auto-merging', 'Auto-merging f\n')))).toEqual([]);
});

test.each([
  [`ref: refs/heads/main\tHEAD\n${'a'.repeat(40)}\tHEAD\n${'a'.repeat(40)}\trefs/heads/main`, 'main'],
  [`ref: refs/heads/main\tHEAD`, null],
  [`${'a'.repeat(40)}\tHEAD\n${'a'.repeat(40)}\trefs/heads/main`, null],
  ['', null],
])('the default branch of a source is told from its references (%#)', (output, expected) => {
  expect(parseSourceHead(output)).toBe(expected);
});
