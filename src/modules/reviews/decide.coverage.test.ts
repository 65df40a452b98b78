import { expect, test } from 'vitest';
import { addedLines } from '#kernel/diff-lines.ts';
import { linesOf, parseCoverage, rangesOf, toRepositoryPaths, uncoveredChanges } from './decide.coverage.ts';
import type { FileLines, RawCoverage } from './model.coverage.ts';

function read(text: string): RawCoverage {
  const parsed = parseCoverage(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.coverage;
}
const problemOf = (text: string): string => {
  const parsed = parseCoverage(text);
  return parsed.ok ? `read as ${parsed.coverage.format}` : parsed.problem;
};
const filesOf = (text: string): Record<string, FileLines> => Object.fromEntries(read(text).files);

const LCOV = `TN:
SF:/w/src/cart.ts
FN:1,total
FNDA:2,total
DA:1,2
DA:2,0,abcdef
DA:4,1
BRDA:2,0,0,-
LF:3
LH:2
end_of_record
SF:src\\tax.ts
DA:7,0
DA:x,1
DA:8,=====
end_of_record
SF:/w/src/cart.ts
DA:2,3
DA:9,0
end_of_record
`;

// As cobertura and coverage.py write it.
const COBERTURA = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.5" version="7.0">
  <sources><source>/w/src</source></sources>
  <packages><package name="."><classes>
    <class name="cart.py" filename="cart.py" line-rate="0.5"><methods><method name="total"><lines><line number="2" hits="0"/></lines></method></methods>
      <lines><line number="1" hits="1"/><line number="2" hits="0"/><line number="3" hits="4" branch="true"/></lines></class>
    <class name="Tax&amp;Co" filename="lib/tax &amp; co.py"><lines><line number="5" hits="0"/></lines></class>
  </classes></package></packages>
</coverage>`;

const JACOCO = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><sessioninfo id="x" start="1" dump="2"/>
<group name="core"><package name="com/acme/cart"><class name="com/acme/cart/Cart" sourcefilename="Cart.java"><method name="total" desc="()V" line="4"><counter type="LINE" missed="1" covered="2"/></method></class>
<sourcefile name="Cart.java"><line nr="4" mi="0" ci="3" mb="0" cb="0"/><line nr="5" mi="2" ci="0" mb="0" cb="0"/><line nr="6" mi="1" ci="4" mb="1" cb="1"/><line nr="7" mi="0" ci="0"/></sourcefile></package></group></report>`;

test('LCOV: lines that ran and lines that did not, a file told twice once, what is no number left out', () => {
  expect(filesOf(LCOV)).toEqual({ '/w/src/cart.ts': { covered: [1, 2, 4], uncovered: [9] }, 'src\\tax.ts': { covered: [], uncovered: [7] } });
});

test('Cobertura: classes by file name, with the folders it was run in', () => {
  expect(filesOf(COBERTURA)).toEqual({ 'cart.py': { covered: [1, 3], uncovered: [2] }, 'lib/tax & co.py': { covered: [], uncovered: [5] } });
  expect(read(COBERTURA).sources).toEqual(['/w/src']);
});

test('JaCoCo: files by package, a line that ran in part has run, one without instructions is none', () => {
  expect(filesOf(JACOCO)).toEqual({ 'com/acme/cart/Cart.java': { covered: [4, 6], uncovered: [5] } });
});

test.each([
  ['', 'The report is empty.'],
  ['{"total": 1}', 'The report is none of LCOV, Cobertura and JaCoCo.'],
  ['<html><body/></html>', 'The report is none of LCOV, Cobertura and JaCoCo.'],
  ['<coverage></coverage>', 'The report names no file with lines.'],
  ['SF:a.ts\nend_of_record', 'The report names no file with lines.'],
  ['<coverage><packages>', 'The report is not well-formed XML: Unclosed root tag.'],
  [`<coverage>${'<a>'.repeat(100)}`, 'The report nests its elements too deeply.'],
])('what is no report is a problem in a sentence: %j', (text, problem) => {
  expect(problemOf(text)).toBe(problem);
});

test('a report that declares entities is refused, and one that uses unknown ones is not well-formed', () => {
  const bomb = `<!DOCTYPE report [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><report><package name="&b;"/></report>`;
  expect(problemOf(bomb)).toBe('The report declares entities of its own.');
  const outside = `<!DOCTYPE coverage [<!ENTITY x SYSTEM "file:///etc/passwd">]><coverage><sources><source>&x;</source></sources></coverage>`;
  expect(problemOf(outside)).toBe('The report declares entities of its own.');
  expect(problemOf('<coverage><sources><source>&x;</source></sources></coverage>')).toBe(
    'The report is not well-formed XML: Invalid character entity.',
  );
});

test('a report larger than 32 MB, or with more lines than are kept, is not read', () => {
  expect(problemOf(`SF:a\n${' '.repeat(32 * 1024 * 1024)}`)).toBe('The report is larger than 32 MB.');
  const many = Array.from({ length: 50_001 }, (_, at) => `SF:f${at}\nDA:1,1\nend_of_record`).join('\n');
  expect(problemOf(many)).toBe('The report names more files or lines than are read.');
});

test('names become paths of the repository: by the folder the checks ran in, by source folders, by the end of a path', () => {
  const root = '/w';
  expect([...toRepositoryPaths(read(LCOV), { root, paths: ['src/cart.ts', 'src/tax.ts'] }).files.keys()]).toEqual(['src/cart.ts', 'src/tax.ts']);
  expect([...toRepositoryPaths(read(COBERTURA), { root, paths: ['src/cart.py', 'cart2/cart.py'] }).files.keys()]).toEqual(['src/cart.py']);
  expect([...toRepositoryPaths(read(JACOCO), { root, paths: ['core/src/main/java/com/acme/cart/Cart.java'] }).files.keys()]).toEqual([
    'core/src/main/java/com/acme/cart/Cart.java',
  ]);
  expect([
    ...toRepositoryPaths(read('SF:/home/ci/build/shop/src/cart.ts\nDA:1,0'), { root, paths: ['src/cart.ts', 'cart.ts'] }).files.keys(),
  ]).toEqual(['src/cart.ts']);
});

test('a name that could be several files, is of no file, or climbs out of the repository is counted and left out', () => {
  const root = '/w';
  const two = ['a/src/main/java/com/acme/cart/Cart.java', 'b/src/main/java/com/acme/cart/Cart.java'];
  expect(toRepositoryPaths(read(JACOCO), { root, paths: two })).toMatchObject({ files: new Map(), unknownFiles: 1 });
  expect(toRepositoryPaths(read('SF:node_modules/x.js\nDA:1,0'), { root, paths: ['src/x.ts'] })).toMatchObject({ unknownFiles: 1 });
  expect(toRepositoryPaths(read('SF:../../etc/passwd\nDA:1,0'), { root, paths: ['etc/passwd'] })).toMatchObject({ unknownFiles: 1 });
});

const DIFF = `diff --git a/src/cart.ts b/src/cart.ts
index 1111111..2222222 100644
--- a/src/cart.ts
+++ b/src/cart.ts
@@ -1,3 +1,4 @@
 one
-two
+two changed
+three
 four
@@ -10,2 +11,3 @@ function x
 ten
+++ i;
 eleven
\\ No newline at end of file
diff --git a/old.ts b/old.ts
deleted file mode 100644
--- a/old.ts
+++ /dev/null
@@ -1 +0,0 @@
-gone
diff --git "a/\\303\\274 x.ts" "b/\\303\\274 x.ts"
new file mode 100644
--- /dev/null
+++ "b/\\303\\274 x.ts"
@@ -0,0 +1,2 @@
+a
+b`;

test('changed lines are those the diff adds, numbered as they are afterwards; removed files have none', () => {
  expect(addedLines(DIFF)).toEqual(
    new Map([
      ['src/cart.ts', new Set([2, 3, 12])],
      ['ü x.ts', new Set([1, 2])],
    ]),
  );
});

test('of the changed lines those count that can be run; files without a gap are left out, the widest gap comes first', () => {
  const files = new Map<string, FileLines>([
    ['src/cart.ts', { covered: [2], uncovered: [3, 5] }],
    ['ü x.ts', { covered: [], uncovered: [1, 2] }],
    ['other.ts', { covered: [], uncovered: [1] }],
  ]);
  expect(uncoveredChanges(files, addedLines(DIFF))).toEqual([
    { path: 'ü x.ts', changed: 2, uncovered: [1, 2] },
    { path: 'src/cart.ts', changed: 2, uncovered: [3] },
  ]);
  expect(uncoveredChanges(new Map([['src/cart.ts', { covered: [2, 3, 12], uncovered: [5] }]]), addedLines(DIFF))).toEqual([]);
});

test('lines are told and read as ranges', () => {
  expect(rangesOf([1, 2, 3, 7, 9, 10])).toBe('1-3, 7, 9-10');
  expect(linesOf('1-3, 7, 9-10')).toEqual([1, 2, 3, 7, 9, 10]);
  expect(linesOf(rangesOf([]))).toEqual([]);
});
