import { expect, test } from 'vitest';
import { diffLines } from './line-diff.ts';

test('two texts that are the same differ in nothing', () => {
  expect(diffLines('a\nb', 'a\nb')).toEqual({ hunks: '', added: 0, deleted: 0 });
});

test('a changed line goes and comes, with three lines around it', () => {
  const before = '1\n2\n3\n4\n5\n6\n7\n8\n9';
  expect(diffLines(before, before.replace('5', 'five'))).toEqual({
    hunks: '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8',
    added: 1,
    deleted: 1,
  });
});

test('places far from each other are hunks of their own, with their own lines', () => {
  const before = Array.from({ length: 30 }, (_, n) => String(n)).join('\n');
  const { hunks } = diffLines(before, before.replace('\n2\n', '\n2\ntwo and a half\n').replace('\n27\n', '\n'));
  expect(hunks.split('\n').filter((line) => line.startsWith('@@'))).toEqual(['@@ -1,6 +1,7 @@', '@@ -25,6 +26,5 @@']);
});

test('what stayed is found between what came and went', () => {
  expect(diffLines('a\nb\nc', 'x\nb\ny')).toMatchObject({ added: 2, deleted: 2, hunks: '@@ -1,3 +1,3 @@\n-a\n+x\n b\n-c\n+y' });
});

test('from nothing and to nothing', () => {
  expect(diffLines('', 'a')).toMatchObject({ added: 1, deleted: 1 });
  expect(diffLines('a\n', 'a\nb\n')).toMatchObject({ added: 1, deleted: 0 });
});
