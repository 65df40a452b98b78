import { expect, test } from 'vitest';
import { merge } from './__fixtures__/merge.ts';

const at = (path: string, before: string, ours: string, theirs: string, after: string): string =>
  merge(path, before + after, before + ours + after, before + theirs + after);

test.each([
  ['list items', 'README.md', '# Title\n\n- one\n', '- two\n', '- three\n', '\nText.\n'],
  ['numbered items', 'README.md', '1. one\n', '2. two\n', '3. three\n', '\nText.\n'],
  ['rows of a table', 'README.md', '| a | b |\n| - | - |\n', '| 1 | 2 |\n', '| 3 | 4 |\n', '\nText.\n'],
  ['sections', 'README.md', '# Title\n\n', '## One\n\nText.\n\n', '## Two\n\nMore.\n\n', '## Last\n'],
  ['entries of a changelog', 'CHANGELOG.md', '# Changes\n\n', '- Mended a.\n', '- Mended b.\n', '\n## 1.0.0\n'],
  ['entries of an ignore list', '.gitignore', 'node_modules\n', 'dist\n', 'coverage\n', ''],
  ['keys of YAML', 'a.yaml', 'jobs:\n  z: 1\n', '  a: 1\n', '  b: 2\n', 'name: x\n'],
  ['rules of a style sheet', 'a.css', '.z {\n  color: red;\n}\n', '.a {\n  color: red;\n}\n', '.b {\n  color: red;\n}\n', '.y {\n}\n'],
  ['functions of Go', 'a.go', 'package a\n\n', 'func A() int {\n\treturn 1\n}\n\n', 'func B() int {\n\treturn 2\n}\n\n', 'func Z() {\n}\n'],
  ['methods of different receivers', 'a.go', 'package a\n\n', 'func (x X) Do() {\n}\n\n', 'func (y Y) Do() {\n}\n\n', 'func Z() {\n}\n'],
  ['functions of Python', 'a.py', 'import os\n\n', 'def a():\n    return 1\n\n', 'def b():\n    return 2\n\n', 'def z():\n    pass\n'],
])('both sides insert %s at one place: both stay, ours first', (_, path, before, ours, theirs, after) => {
  expect(at(path, before, ours, theirs, after)).toBe(before + ours + theirs + after);
});

test.each([
  ['paragraphs, whose order may matter', 'README.md', 'One.\n', 'Two.\n', 'Three.\n', '\nLast.\n'],
  ['the same list item', 'README.md', '- one\n', '- two\n', '- two\n- three\n', '\nText.\n'],
  ['an entry that takes back another', '.gitignore', 'dist\n', '!dist/keep\n', 'dist/keep\n', ''],
  ['a key of YAML with different values', 'a.yaml', 'jobs:\n  z: 1\n', '  a: 1\n', '  a: 2\n', 'name: x\n'],
  ['a rule of the same selector', 'a.css', '', '.a {\n  color: red;\n}\n', '.a {\n  color: blue;\n}\n', '.y {\n}\n'],
  ['a function of the same name', 'a.go', 'package a\n\n', 'func A() int {\n\treturn 1\n}\n', 'func A() int {\n\treturn 2\n}\n', 'func Z() {\n}\n'],
  ['statements of a language nothing here parses', 'a.go', 'func Z() {\n', '\ta()\n', '\tb()\n', '}\n'],
  [
    'definitions that do not stand at one depth',
    'a.py',
    'class C:\n    x = 1\n',
    'def b():\n    pass\n',
    '    def a(self):\n        pass\n',
    'x = 1\n',
  ],
  ['lines of any other text', 'notes.txt', 'one\n', 'two\n', 'three\n', 'four\n'],
])('both sides insert %s: refused', (_, path, before, ours, theirs, after) => {
  expect(at(path, before, ours, theirs, after)).toMatch(/^refused: /);
});

test('neighbouring lines that each side changed by itself are merged', () => {
  expect(merge('a.sh', 'one\ntwo\nthree\n', 'ONE\ntwo\nthree\n', 'one\nTWO\nthree\n')).toBe('ONE\nTWO\nthree\n');
});

test('different words of one line of prose are merged, the same word is not', () => {
  expect(merge('README.md', 'The quick brown fox jumps.\n', 'The slow brown fox jumps.\n', 'The quick brown fox sleeps.\n')).toBe(
    'The slow brown fox sleeps.\n',
  );
  expect(merge('README.md', 'The quick fox.\n', 'The slow fox.\n', 'The lame fox.\n')).toMatch(/^refused/);
});

test('words of code that nothing here parses are not merged within a line', () => {
  expect(merge('a.go', 'x := f(a, 1)\n', 'x := g(a, 1)\n', 'x := f(a, 2)\n')).toMatch(/^refused/);
});

test('YAML that one side deletes a key from and the other changes is refused even where the lines would merge', () => {
  expect(merge('a.yaml', 'a:\n  x: 1\n  y: 2\n', 'a:\n  y: 2\n', 'a:\n  x: 1\n  y: 2\n  x2: 3\n')).toBe('a:\n  y: 2\n  x2: 3\n');
  expect(merge('a.yaml', 'a: 1\nb: 2\n', 'b: 2\n', 'a: 3\nb: 2\n')).toMatch(/^refused/);
});

test('brackets that would not close are refused', () => {
  const base = 'f(\n  one(\n  two)\n);\nlast\n';
  expect(merge('a.go', base, base.replace('  one(\n', '  one\n').replace('two)', 'two'), base.replace('last', 'end'))).toBe(
    'f(\n  one\n  two\n);\nend\n',
  );
  const twice = 'f {\na\n} // one\nb\n} // two\n';
  expect(merge('a.go', twice, twice.replace('} // one\n', ''), twice.replace('} // two\n', ''))).toBe(
    'refused: The brackets of the merged file do not close.',
  );
});
