import { expect, test } from 'vitest';
import { merge } from './__fixtures__/merge.ts';

const BODY = '\nexport const made = [a, b, c, d, e, f, Default, space];\n';
/** Each side's imports above the same code; undeclared names are the same on all sides, so that only imports are looked at. */
const merged = (base: string, ours: string, theirs: string): string => merge('a.ts', base + BODY, ours + BODY, theirs + BODY).replace(BODY, '');

test.each([
  ['names of one module', "import { a } from 'm';\n", "import { a, b } from 'm';\n", "import { a, c } from 'm';\n", "import { a, b, c } from 'm';\n"],
  [
    'a name added beside one removed',
    "import { a, d } from 'm';\n",
    "import { a } from 'm';\n",
    "import { a, c, d } from 'm';\n",
    "import { a, c } from 'm';\n",
  ],
  [
    'two modules',
    "import { a } from 'm';\n",
    "import { a } from 'm';\nimport { b } from 'n';\n",
    "import { a } from 'm';\nimport { c } from 'o';\n",
    "import { a } from 'm';\nimport { b } from 'n';\nimport { c } from 'o';\n",
  ],
  [
    'a default beside names',
    "import { a } from 'm';\n",
    "import Default, { a } from 'm';\n",
    "import { a, b } from 'm';\n",
    "import Default, { a, b } from 'm';\n",
  ],
  [
    'types',
    "import type { a } from 'm';\n",
    "import type { a, b } from 'm';\n",
    "import type { a, c } from 'm';\n",
    "import type { a, b, c } from 'm';\n",
  ],
  [
    'a list over several lines',
    "import {\n  a,\n} from 'm';\n",
    "import {\n  a,\n  b,\n} from 'm';\n",
    "import {\n  a,\n  c,\n} from 'm';\n",
    "import {\n  a,\n  b,\n  c,\n} from 'm';\n",
  ],
  [
    'the same name on both sides',
    "import { a } from 'm';\n",
    "import { a, b } from 'm';\n",
    "import { a, b, c } from 'm';\n",
    "import { a, b, c } from 'm';\n",
  ],
  [
    'renamed names',
    "import { a } from 'm';\n",
    "import { a, x as b } from 'm';\n",
    "import { a, y as c } from 'm';\n",
    "import { a, x as b, y as c } from 'm';\n",
  ],
])('imports of both sides: %s', (_, base, ours, theirs, expected) => {
  expect(merged(base, ours, theirs)).toBe(expected);
});

test('re-exports are sets as imports are', () => {
  const of = (...names: string[]): string => `export { ${names.join(', ')} } from './x.ts';\n`;
  expect(merge('index.ts', of('a'), of('a', 'b'), of('a', 'c'))).toBe(of('a', 'b', 'c'));
  const both = merge('index.ts', of('a'), `${of('a')}export * from './b.ts';\n`, `${of('a')}export { c } from './c.ts';\n`);
  expect(both.split('\n').toSorted()).toEqual(['', "export * from './b.ts';", "export { a } from './x.ts';", "export { c } from './c.ts';"]);
});

test('modules that are only run keep an order that means something: two at one place are refused', () => {
  expect(
    merged("import { a } from 'm';\n", "import { a } from 'm';\nimport './first.ts';\n", "import { a } from 'm';\nimport './second.ts';\n"),
  ).toMatch(/^refused/);
});

test('where one side moves all imports of a module to another, what the other side adds follows', () => {
  expect(merged("import { a } from 'old';\n", "import { a } from 'new';\n", "import { a, b } from 'old';\n")).toBe("import { a, b } from 'new';\n");
});

test('a module that both sides move apart is not followed', () => {
  expect(merged("import { a } from 'old';\n", "import { a } from 'new';\n", "import { a } from 'other';\n")).toMatch(/^refused/);
});

test('a namespace beside names cannot be written as one declaration', () => {
  expect(merged("import Default from 'm';\n", "import Default, * as space from 'm';\n", "import Default, { a } from 'm';\n")).toMatch(/^refused/);
});

test('the same name from two modules is declared twice, which is refused', () => {
  expect(merged('', "import { a } from 'm';\n", "import { a } from 'n';\n")).toMatch(/^refused: The merged file does not parse/);
});

test('one side taking away an import that the other has begun to use is refused', () => {
  const code = (imports: string, more: string): string => `${imports}\nexport function run() {\n  go();\n${more}}\n\nexport const last = 1;\n`;
  expect(
    merge(
      'a.ts',
      code("import { used, x } from 'm';\n", '  used();\n'),
      code("import { x, y } from 'm';\n", ''),
      code("import { used, x, z } from 'm';\n", '  used();\n').replace('last = 1', 'last = used()'),
    ),
  ).toMatch(/^refused: One side uses used/);
});

test('lists with comments in them are compared line by line, and nothing of the comment is lost', () => {
  const list = (...names: string[]): string => `import {\n  a, // the first\n${names.map((name) => `  ${name},\n`).join('')}} from 'm';\n`;
  expect(merged(list('b'), list('b', 'c'), list('B', 'b').replace('  B,\n', ''))).toContain('// the first');
});
