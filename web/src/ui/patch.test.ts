import { expect, it } from 'vitest';
import { parseHunks } from './diff-lines.ts';
import { parsePatch } from './patch.ts';

const PATCH = `diff --git a/src/a.js b/src/a.js
index 1..2 100644
--- a/src/a.js
+++ b/src/a.js
@@ -1,3 +1,4 @@ head
 one
-two
+zwei
+drei
 four
\\ No newline at end of file
diff --git a/old.txt b/new.txt
similarity index 100%
rename from old.txt
rename to new.txt
diff --git a/p.png b/p.png
new file mode 100644
Binary files /dev/null and b/p.png differ
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-x
`;

it('a patch is cut into its files, with what became of each', () => {
  const files = parsePatch(PATCH);
  expect(files.map(({ path, from, status, added, deleted }) => [path, from, status, added, deleted])).toEqual([
    ['src/a.js', null, 'M', 2, 1],
    ['new.txt', 'old.txt', 'R', 0, 0],
    ['p.png', null, 'A', null, null],
    ['gone', null, 'D', 0, 1],
  ]);
  expect(parseHunks(files[0]?.hunks ?? '')[0]?.lines.map(({ kind, after }) => [kind, after])).toEqual([
    ['same', 1],
    ['deleted', null],
    ['added', 2],
    ['added', 3],
    ['same', 4],
    ['note', null],
  ]);
});

it('lines that look like heads lead nobody astray', () => {
  const files = parsePatch('diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n---- a\n+diff --git a/y b/y\n++++ b\n');
  expect(files).toMatchObject([{ path: 'x', added: 2, deleted: 1 }]);
});

it('what is no diff has no files', () => expect(parsePatch('hello\n@@ -1 +1 @@\n+x\n')).toEqual([]));

it('names that git quotes are read as they are', () => {
  const files = parsePatch(
    'diff --git "a/say \\"hi\\".txt" "b/say \\"hi\\".txt"\nnew file mode 100644\ndiff --git "a/a\\tb" "b/\\303\\274\\\\b"\nrename from "a\\tb"\nrename to "\\303\\274\\\\b"\n' +
      'diff --git "a/c\\nd" "b/c\\nd"\n--- "a/c\\nd"\n+++ "b/c\\nd"\n@@ -1 +1 @@\n-1\n+2\n',
  );
  expect(files.map(({ path, from }) => [path, from])).toEqual([
    ['say "hi".txt', null],
    ['ü\\b', 'a\tb'],
    ['c\nd', null],
  ]);
});

it('of a text that was cut the last file is not whole', () => {
  expect(parsePatch(PATCH, true).map(({ cut }) => cut)).toEqual([false, false, false, true]);
  expect(parsePatch(PATCH).some(({ cut }) => cut)).toBe(false);
});
