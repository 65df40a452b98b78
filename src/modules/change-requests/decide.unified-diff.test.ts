import { expect, test } from 'vitest';
import { applyUnifiedDiff } from './decide.unified-diff.ts';

const text = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('');

test.each<[string, string, string, string]>([
  ['changes a line', text('a', 'b', 'c'), '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n', text('a', 'B', 'c')],
  ['takes file headers', text('a'), 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n', text('b')],
  [
    'has two hunks',
    text('1', '2', '3', '4', '5', '6', '7', '8'),
    '@@ -1,2 +1,3 @@\n 1\n+x\n 2\n@@ -7,2 +8 @@\n 7\n-8\n',
    text('1', 'x', '2', '3', '4', '5', '6', '7'),
  ],
  ['inserts without context', text('a', 'b'), '@@ -1,0 +2 @@\n+x\n', text('a', 'x', 'b')],
  ['inserts at the very start', text('a'), '@@ -0,0 +1 @@\n+x\n', text('x', 'a')],
  ['fills an empty file', '', '@@ -0,0 +1,2 @@\n+a\n+b\n', text('a', 'b')],
  ['empties a file', text('a', 'b'), '@@ -1,2 +0,0 @@\n-a\n-b\n', ''],
  ['adds a final line end', 'a\nb', '@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n', 'a\nb\n'],
  ['takes the final line end away', 'a\nb\n', '@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n', 'a\nb'],
  ['keeps a missing final line end in context', 'a\nb', '@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n', 'A\nb'],
  ['keeps CRLF', 'a\r\nb\r\n', '@@ -1,2 +1,2 @@\n-a\r\n+A\r\n b\r\n', 'A\r\nb\r\n'],
  ['takes an empty context line whose blank was stripped', text('a', '', 'b'), '@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n', text('a', '', 'c')],
  ['removes lines that look like headers', text('a', '-- b', '++ c'), '@@ -1,3 +1 @@\n a\n--- b\n-++ c\n', text('a')],
  ['has no line end at its own end', text('a'), '@@ -1 +1 @@\n-a\n+b', text('b')],
])('a diff that %s applies', (_, before, diff, after) => {
  expect(applyUnifiedDiff(before, diff)).toEqual({ ok: true, value: after });
});

test.each<[string, string, string]>([
  ['holds no hunk', 'a\n', 'nothing here\n'],
  ['has another context', text('a', 'b'), '@@ -1,2 +1,2 @@\n x\n-b\n+c\n'],
  ['is one line off', text('0', 'a', 'b'), '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
  ['differs in line ends', 'a\r\n', '@@ -1 +1 @@\n-a\n+b\n'],
  ['forgets that the final line end is missing', 'a', '@@ -1 +1 @@\n-a\n+b\n'],
  ['claims a missing line end that is there', 'a\n', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n'],
  ['has fewer lines than it says', text('a', 'b'), '@@ -1,2 +1,2 @@\n a\n-b\n'],
  ['has more lines than it says', text('a', 'b'), '@@ -1 +1 @@\n-a\n+A\n+B\n'],
  ['overlaps itself', text('a', 'b', 'c'), '@@ -1,2 +1,2 @@\n a\n-b\n+B\n@@ -2,2 +2,2 @@\n b\n-c\n+C\n'],
  ['starts behind the end', text('a'), '@@ -9,1 +9,1 @@\n-a\n+b\n'],
  ['holds a second file', text('a'), '@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-q\n+r\n'],
  ['has prose before its hunks', text('a'), 'Here is the patch:\n@@ -1 +1 @@\n-a\n+b\n'],
  ['leaves an open line in the middle', text('a', 'b'), '@@ -1 +1 @@\n-a\n+x\n\\ No newline at end of file\n'],
])('a diff that %s is refused', (_, before, diff) => {
  expect(applyUnifiedDiff(before, diff).ok).toBe(false);
});
