import { expect, test } from 'vitest';
import { shownLines } from './diff-lines.ts';

const linesOf = (diff: string) => Object.fromEntries([...shownLines(diff)].map(([path, lines]) => [path, [...lines]]));

test('lines of the new file are those added and those around them, in every hunk', () => {
  const diff = [
    'diff --git a/src/a.ts b/src/a.ts',
    'index 1..2 100644',
    '--- a/src/a.ts',
    '+++ b/src/a.ts',
    '@@ -1,3 +1,3 @@',
    ' one',
    '-two',
    '+zwei',
    ' three',
    '@@ -20 +20,2 @@ function f()',
    ' twenty',
    '+twenty-one',
    '\\ No newline at end of file',
  ].join('\n');
  expect(linesOf(diff)).toEqual({ 'src/a.ts': [1, 2, 3, 20, 21] });
});

test('lines that look like headers are lines where a hunk expects them', () => {
  const diff = ['diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ -1,2 +1,3 @@', ' a', '+++ b/evil', '--- old', ' z', ''].join('\n');
  expect(linesOf(diff)).toEqual({ x: [1, 2, 3] });
});

test('a file that is gone shows no line, and one without text neither', () => {
  const diff = ['diff --git a/x b/x', '--- a/x', '+++ /dev/null', '@@ -1 +0,0 @@', '-a', 'diff --git a/p.png b/p.png', 'Binary files differ'].join(
    '\n',
  );
  expect(linesOf(diff)).toEqual({});
});

test('paths that git quotes are read', () => {
  const diff = [
    'diff --git "a/\\303\\244 \\"b.ts" "b/\\303\\244 \\"b.ts"',
    '--- /dev/null',
    '+++ "b/\\303\\244 \\"b.ts"',
    '@@ -0,0 +1 @@',
    '+a',
  ].join('\n');
  expect(linesOf(diff)).toEqual({ 'ä "b.ts': [1] });
});

test('a diff that was cut off tells of what is there', () => {
  expect(linesOf('+++ b/x\n@@ -1,9 +1,9 @@\n a\n b')).toEqual({ x: [1, 2] });
});
