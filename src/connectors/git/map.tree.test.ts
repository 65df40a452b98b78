import { expect, test } from 'vitest';
import { encodeTree, isPlainPath, parseTreeObject, type RawTree } from './map.tree.ts';

const ID = 'ab'.repeat(20);

test('a tree is written in the order of git: a folder as if its name ended in a slash', () => {
  const tree: RawTree = new Map([
    ['lib', { mode: '40000', id: ID }],
    ['lib.txt', { mode: '100644', id: ID }],
    ['lib-a', { mode: '100755', id: ID }],
    ['\xef', { mode: '120000', id: ID }],
  ]);
  const bytes = encodeTree(tree);
  expect([...parseTreeObject(bytes, 20)]).toEqual([
    ['lib-a', { mode: '100755', id: ID }],
    ['lib.txt', { mode: '100644', id: ID }],
    ['lib', { mode: '40000', id: ID }],
    ['\xef', { mode: '120000', id: ID }],
  ]);
});

test('ids of 32 bytes are read as well', () => {
  const long = 'cd'.repeat(32);
  expect([...parseTreeObject(encodeTree(new Map([['a', { mode: '100644', id: long }]])), 32)]).toEqual([['a', { mode: '100644', id: long }]]);
});

test.each(['src/a.ts', '.gitignore', 'a b/ü.txt', '.github/x'])('%s is a name beyond doubt', (path) => {
  expect(isPlainPath(path)).toBe(true);
});

test.each(['', '/a', 'a//b', 'a/', '.', 'a/../b', '.git/config', 'a/.GIT', 'git~1/x', '.git. ', '.g\u200cit/x', 'a\\b', 'a:b', 'a\0b'])(
  '%j is left to git',
  (path) => {
    expect(isPlainPath(path)).toBe(false);
  },
);
