import { expect, test } from 'vitest';
import { filesBehind, hunksOf, joinFiles, sumOf, wholeLines } from './decide.changes.ts';

const names = [
  { path: 'src/b.ts', from: 'src/a.ts', status: 'R' as const },
  { path: 'logo.png', from: null, status: 'A' as const },
  { path: 'docs/x.md', from: null, status: 'D' as const },
];
const files = joinFiles(names, [
  { path: 'docs/x.md', from: null, added: 0, deleted: 9 },
  { path: 'src/b.ts', from: 'src/a.ts', added: 4, deleted: 1 },
  { path: 'logo.png', from: null, added: null, deleted: null },
]);

test('files are told by path with their counts, and one that was not counted is no text', () => {
  expect(files).toEqual([
    { path: 'docs/x.md', from: null, status: 'D', added: 0, deleted: 9 },
    { path: 'logo.png', from: null, status: 'A', added: null, deleted: null },
    { path: 'src/b.ts', from: 'src/a.ts', status: 'R', added: 4, deleted: 1 },
  ]);
  expect(joinFiles(names.slice(0, 1), [])).toMatchObject([{ added: null, deleted: null }]);
  expect(sumOf(files)).toEqual({ files: 3, added: 4, deleted: 10 });
});

test('a page begins behind the last file seen, and one file more says that there is another', () => {
  const paths = (cursor: string | undefined, limit: number) => filesBehind(files, cursor, limit).map(({ path }) => path);
  expect(paths(undefined, 1)).toEqual(['docs/x.md', 'logo.png']);
  expect(paths('docs/x.md', 2)).toEqual(['logo.png', 'src/b.ts']);
  // Also where the file that was seen last is gone since.
  expect(paths('kept', 5)).toEqual(['logo.png', 'src/b.ts']);
});

test('a patch is shown in whole lines, without the names above its hunks', () => {
  expect(wholeLines('one\ntwo\nthr', true)).toBe('one\ntwo\n');
  expect(wholeLines('one\ntwo', false)).toBe('one\ntwo');
  expect(wholeLines('cut in its first li', true)).toBe('');
  expect(hunksOf('diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n')).toBe('@@ -1 +1 @@\n-a\n+b\n');
  expect(hunksOf('@@ -1 +1 @@\n-a\n+b\n')).toBe('@@ -1 +1 @@\n-a\n+b\n');
  expect(hunksOf('diff --git a/logo.png b/logo.png\nBinary files differ\n')).toBe('');
});
