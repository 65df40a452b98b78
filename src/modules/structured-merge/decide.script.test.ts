import { expect, test } from 'vitest';
import { merge, mergeBytes } from './__fixtures__/merge.ts';

/** Both sides put their lines into the same gap of the code. */
function inserted(before: string, ours: string, theirs: string, after: string, path = 'a.ts'): string {
  return merge(path, before + after, before + ours + after, before + theirs + after);
}

test.each([
  ['functions', '', 'function a() {\n  return 1;\n}\n\n', 'function b() {\n  return 2;\n}\n\n', 'export const last = [1];\n'],
  ['types', '', 'export interface A {\n  x: number;\n}\n', "export type B = 'b';\n", 'export const last = [1];\n'],
  ['constants that run nothing', '', 'const a = { x: 1 };\n', 'const b = [2];\n', 'export const last = [1];\n'],
  ['members of a class', 'class C {\n', '  a() {\n    return 1;\n  }\n', '  b() {\n    return 2;\n  }\n', '}\nnew C();\n'],
  ['members of an interface', 'interface I {\n  z: string;\n', '  a: string;\n', '  b: string;\n', '}\nexport type { I };\n'],
  ['keys of an object', 'export const o = {\n  z: 1,\n', '  a: 1,\n', '  b: 2,\n', '};\n'],
  ['members of an enum', 'export enum E {\n  Z,\n', '  A,\n', '  B,\n', '}\n'],
  ['tests', "import { it } from 'vitest';\n", "it('does a', () => {\n  a();\n});\n", "it('does b', () => {\n  b();\n});\n", '\n'],
  ['cases that end', 'switch (x) {\n', "  case 'a':\n    return 1;\n", "  case 'b':\n    break;\n", '}\n'],
  ['chained calls of one method', 'program\n', "  .option('--a')\n", "  .option('--b')\n", '  .parse();\n'],
  ['registrations', 'import { registerA, registerB } from "./r.ts";\n', 'registerA(app);\n', 'registerB(app);\n', 'start();\n'],
  ['assignments to different things', '', 'env.A = one;\n', 'env.B = two;\n', 'start();\n'],
  ['attributes', 'export const x = (\n  <p\n    id="z"\n', '    title="a"\n', '    lang="b"\n', '  >\n    text\n  </p>\n);\n', 'a.tsx'],
])('both sides insert %s at one place: both stay, ours first', (_, before, ours, theirs, after, path?: string) => {
  expect(inserted(before, ours, theirs, after, path)).toBe(before + ours + theirs + after);
});

test.each<[string, string, string, string, string, RegExp]>([
  [
    'a function of the same name',
    '',
    'function a() {\n  return 1;\n}\n',
    'function a() {\n  return 2;\n}\n',
    'a();\n',
    /declares a name twice|same name/,
  ],
  ['a test of the same name', '', "it('does a', () => one());\n", "it('does a', () => two());\n", 'start();\n', /same name|twice/],
  ['a member of the same name', 'interface I {\n', '  a: string;\n', '  a: number;\n', '}\nexport type { I };\n', /same name/],
  ['statements whose order may matter', '', 'begin(x);\n', 'finish(x);\n', 'start();\n', /which comes first/],
  ['statements that leave', 'function f() {\n', '  return a;\n', '  b();\n', '}\nf();\n', /which comes first/],
  ['assignments of which one reads what the other writes', '', 'total = 1;\n', 'shown = total;\n', 'start();\n', /which comes first/],
  ['cases of which one runs into the next', 'switch (x) {\n', "  case 'a':\n    one();\n", "  case 'b':\n    break;\n", '}\n', /runs into the next/],
  ['spreads that may bring anything', 'export const o = {\n', '  ...a,\n', '  ...b,\n', '};\n', /without a name/],
  ['halves of statements', 'f(\n', '  a +\n', '  b +\n', '  c,\n);\n', /not made of whole/],
])('both sides insert %s at one place: refused', (_, before, ours, theirs, after, reason) => {
  expect(inserted(before, ours, theirs, after)).toMatch(/^refused: /);
  expect(inserted(before, ours, theirs, after)).toMatch(reason);
});

test('changes of different tokens of one line are both kept', () => {
  expect(merge('a.ts', 'const x = one(a, 1);\n', 'const x = two(a, 1);\n', 'const x = one(a, 2);\n')).toBe('const x = two(a, 2);\n');
});

test('changes of the same token are refused', () => {
  expect(merge('a.ts', 'const x = 1;\n', 'const x = 2;\n', 'const x = 3;\n')).toMatch(/^refused: Both sides changed the same place/);
});

test('code that ours moved into a block takes the edits of theirs, moved alike', () => {
  const body = (margin: string, value: number): string => `${margin}one();\n${margin}two(${value});\n${margin}three();\n`;
  const ours = `if (ready) {\n${body('  ', 1)}}\n`;
  expect(merge('a.ts', body('', 1), ours, body('', 2))).toBe(`if (ready) {\n${body('  ', 2)}}\n`);
});

test('one side renaming what the other goes on using is refused', () => {
  const code = (name: string, last: string): string => `const ${name} = read();\nshow(${name});\n\nexport function end() {\n  return ${last};\n}\n`;
  expect(merge('a.ts', code('count', '0'), code('total', '0'), code('count', 'count'))).toMatch(/^refused: One side uses count/);
});

test('a result that declares a name twice at different places is refused', () => {
  const code = (first: string, last: string): string => `${first}one();\ntwo();\nthree();\n${last}`;
  expect(merge('a.ts', code('', ''), code('const made = 1;\n', ''), code('', 'const made = 2;\n'))).toMatch(/^refused: .*declares a name twice/);
});

test('the same statement added at different places is refused rather than run twice', () => {
  const code = (first: string, last: string): string => `one();\n${first}two();\nthree();\n${last}`;
  expect(merge('a.ts', code('', ''), code('registerEverything(app);\n', ''), code('', 'registerEverything(app);\n'))).toMatch(/^refused: .*twice/);
});

test('a version that does not parse is refused', () => {
  expect(merge('a.ts', 'const a = 1;\n', 'const a = ;\n', 'const a = 2;\n')).toBe('refused: One of the versions does not parse.');
});

test('a deletion beside an insertion of the other side: an insertion that is seen within what was deleted is put beside it', () => {
  const member = (name: string): string => `\n  /** ${name} */\n  ${name}: string;\n`;
  const of = (...names: string[]): string => `export interface I {\n  first: string;\n${names.map(member).join('')}}\n`;
  expect(merge('a.ts', of('old'), of(), of('more', 'old'))).toBe(of('more'));
});

test('the rules that were needed are named for the journal', () => {
  const before = "import { a } from 'm';\n\nf(a, 1);\n";
  const merged = mergeBytes('a.ts', before, "import { a, b } from 'm';\n\nf(b, 1);\n", "import { a, c } from 'm';\n\nf(a, c);\n");
  expect(merged).toMatchObject({ kind: 'merged', rule: 'imports+tokens' });
});
