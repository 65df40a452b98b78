import { expect, test } from 'vitest';
import { importsOf } from './decide.imports.ts';

test.each([
  [`import a from './a.ts';`, ['./a.ts']],
  [`import './side.css'`, ['./side.css']],
  [`import * as all from "./all.ts"\nimport {\n  one, // don't\n  type Two as two,\n} from './named.ts';`, ['./all.ts', './named.ts']],
  [`import type { T } from './types.ts'; import def, { x } from '#ports/git.ts'`, ['./types.ts', '#ports/git.ts']],
  [`export * from './a'; export * as b from './b'; export { c, type D } from './c'; export type { E } from './e'`, ['./a', './b', './c', './e']],
  [`export const a = 1;\nexport function from() { return 'x' }\nexport default class {}`, []],
  [
    `const p = await import('./lazy.ts'); type T = import("./t.ts").T; import(\`./tpl.ts\`); import(/* webpackChunkName: "x" */ './c.ts')`,
    ['./lazy.ts', './t.ts', './tpl.ts', './c.ts'],
  ],
  [`import(name); import(\`./\${name}.ts\`); import.meta.url; x.import('./no'); const y = { import: './no2' }`, []],
  [`const a = require('./a'), b = require.resolve("./b"); import c = require('./c'); obj.require('./no')`, ['./a', './b', './c']],
  [`const all = [...require('./list')]`, ['./list']],
  [`// import a from './no'\n/* export * from './no' */ const s = "import b from './no'"; const t = \`import c from './no'\``, []],
  ['const t = `a ${ f({ x: `${import("./in.ts")}` }) } import z from "./no"`; import y from "./yes"', ['./in.ts', './yes']],
  [`const r = /['"\`]/.test(x) ? a / b / c : 1; import y from './yes'`, ['./yes']],
  [`return /"/ \nimport y from './yes'`, ['./yes']],
  [`const x = <p>Don't import "this" from './no</p>;\nimport y from './yes'`, ['./yes']],
  [`const el = <a href="x">it's</a>;\nconst lazy = () => import('./page')`, ['./page']],
  [`import a from './a'; import b from './a'`, ['./a']],
  [`import { "odd name" as x } from './odd'`, ['./odd']],
  [`@Component({ template: '' })\nexport class A<T extends { a: string }> { x = 1 }\nexport { B } from './b'`, ['./b']],
  [`import data from './d.json' with { type: 'json' }; import defer * as ns from './ns'`, ['./d.json', './ns']],
  [`let important = 1; reimport from './no'; $import('./no')`, []],
])('%s', (text, expected) => {
  expect(importsOf(text)).toEqual(expected);
});

test('an unfinished string, comment or template ends quietly', () => {
  for (const text of [
    `import a from './a'; const s = "`,
    `import a from './a'; /* never`,
    `import a from './a'; \`\${ {`,
    `import a from './a'; import {`,
  ])
    expect(importsOf(text)).toEqual(['./a']);
});

test('hostile text is read once, not once for each of its beginnings', () => {
  const length = 300_000;
  const pieces = [
    'import {',
    'export ',
    'import a ',
    '`${',
    '/',
    '"',
    'import /*',
    'import {/',
    'from ',
    'import(',
    '\\',
    '\\"',
    '/[',
    '/*',
    'import {a ',
    '{',
    'x = /a',
  ];
  for (const piece of pieces) expect(importsOf(`from ${piece.repeat(Math.ceil(length / piece.length))}`)).toEqual([]);
  expect(importsOf(`${'import('.repeat(10_000)} import z from './z'`)).toEqual(['./z']);
});
