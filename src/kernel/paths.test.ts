import { expect, test } from 'vitest';
import { findCollisions, lookalikeKey } from './paths.ts';

test.each<[string, string[], string[], Array<[string, string]>]>([
  ['another case of a file', ['README.md', 'readme.md'], ['readme.md'], [['case', 'README.md']]],
  ['another case of a folder', ['Src/a.ts', 'src/b.ts'], ['src/b.ts'], [['case', 'Src']]],
  ['another composition', ['caf\u00e9.txt', 'cafe\u0301.txt'], ['cafe\u0301.txt'], [['case', 'caf\u00e9.txt']]],
  ['a sharp s', ['straße', 'STRASSE'], ['STRASSE'], [['case', 'straße']]],
  ['two new files among themselves', ['A', 'a'], ['A', 'a'], [['case', 'A']]],
  ['a file where a folder must be', ['a', 'a/b'], ['a/b'], [['file_is_folder', 'a']]],
  ['a folder where the file must be', ['a', 'a/b'], ['a'], [['file_is_folder', 'a/']]],
  ['a collision that was there before', ['X', 'x', 'new'], ['new'], []],
  ['one more file in a folder the tree has in two spellings', ['X/a', 'x/b', 'x/new'], ['x/new'], []],
  ['the same, listed the other way round', ['x/b', 'X/a', 'x/new'], ['x/new'], []],
  ['a third spelling', ['\u00e9X/a', 'e\u0301X/b', '\u00e9x/c'], ['\u00e9x/c'], [['case', 'e\u0301X']]],
  ['plain new files', ['src/a.ts', 'src/b.ts'], ['src/b.ts'], []],
])('collisions: %s', (_, paths, added, expected) => {
  expect(findCollisions(paths, added).map(({ kind, other }) => [kind, other])).toEqual(expected);
});

test.each([
  ['.GitHub/x', '.github/x'],
  ['\uff0egithub/x', '.github/x'],
  ['.git\u200dhub/x', '.github/x'],
  ['СODEOWNERS', 'codeowners'],
  ['CODEOWNERS. ', 'codeowners'],
  ['%2egithub%2fx', '.github/x'],
  ['.github\\x', '.github/x'],
  ['./a//b', 'a/b'],
  ['a/../b', 'a/../b'],
])('a path is read by its look: %j as %j', (path, key) => {
  expect(lookalikeKey(path)).toBe(key);
  expect(lookalikeKey(key)).toBe(key);
});
