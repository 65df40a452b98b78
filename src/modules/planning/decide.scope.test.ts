import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '#kernel/glob.ts';
import { globsOverlap, scopeOfWhole, scopesOverlap } from './decide.scope.ts';
import { splitRequest } from './decide.split.ts';

test.each([
  ['src/cart.js', 'src/cart.js', true],
  ['src/cart.js', 'src/price.js', false],
  ['src/**', 'src/cart.js', true],
  ['src/**', 'test/**', false],
  ['**', 'anything/at/all.txt', true],
  ['**', '**', true],
  ['src/*.js', 'src/cart.test.js', true],
  ['src/*.js', 'src/deep/cart.js', false],
  ['src/**/*.js', 'src/a/b/c.js', true],
  ['src/**/*.js', 'src/a.js', true],
  ['**/*.md', 'docs/**', true],
  ['**/*.md', 'src/*.js', false],
  ['src/{cart,price}.js', 'src/price.js', true],
  ['src/{cart,price}.js', 'src/tax.js', false],
  ['src/{a,b{c,d}}.js', 'src/bd.js', true],
  ['**/{cart.test,cart.spec}.*', 'test/cart.test.js', true],
  ['**/{cart.test,cart.spec}.*', 'test/price.test.js', false],
  ['src', 'src/cart.js', true],
  ['src', 'srcs/cart.js', false],
  ['src/', 'src/a/b.js', true],
  ['src/?.js', 'src/a.js', true],
  ['src/?.js', 'src/ab.js', false],
  ['a*c', 'ab*', true],
  ['./src/a.js', 'src/a.js', true],
])('%s and %s can match one path: %s', (left, right, expected) => {
  expect(globsOverlap(left, right)).toBe(expected);
  expect(globsOverlap(right, left)).toBe(expected);
});

const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '?', '{a,b}', '**');
const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const file = fc.array(fc.constantFrom('a', 'b', 'ab', 'aab'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

test('no path is ever matched by two globs that are called disjoint', () => {
  fc.assert(
    fc.property(glob, glob, file, (left, right, path) => {
      const both = matchesGlob(path, left) && matchesGlob(path, right);
      expect(!both || globsOverlap(left, right)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('a file overlaps every glob that matches it', () => {
  fc.assert(
    fc.property(file, glob, (path, pattern) => {
      expect(!matchesGlob(path, pattern) || globsOverlap(path, pattern)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('scopes overlap when any two of their globs do', () => {
  expect(scopesOverlap(['src/a.js', 'docs/**'], ['test/**', 'docs/x.md'])).toBe(true);
  expect(scopesOverlap(['src/a.js'], ['test/**'])).toBe(false);
});

const FILES = [
  'src/cart.js',
  'src/price.js',
  'test/price.test.js',
  'docs/api.md',
  'lib/cart.ts',
  'lib/deep/tax.ts',
  'README.md',
  'CHANGELOG.md',
  'Makefile',
];
const scopeOf = (text: string): string[] | undefined => splitRequest(text, FILES).tasks[0]?.scope;

test.each([
  ['Fix the rounding in src/price.js', ['src/price.js', 'test/price.test.js']],
  ['Fix the rounding in price.js, it is wrong for 0.5', ['src/price.js', 'test/price.test.js']],
  ['Translate docs/ into German', ['docs/**']],
  ['Tidy up lib/deep', ['lib/deep/**']],
  ['Mention the licence in README', ['README.md']],
  ['Add a target that builds everything to Makefile', ['Makefile']],
  ['Fix src/price.js. It must stay fast.', ['src/price.js', 'test/price.test.js']],
  ['Fix src/price.js and make it fast', ['src/price.js', 'test/price.test.js']],
  ['Fix src/price.js and add a test for it', ['src/price.js', 'test/price.test.js']],
  ['- round in src/price.js', ['src/price.js', 'test/price.test.js']],
  ['Fix `src/price.js`: src/price.js rounds up', ['src/price.js', 'test/price.test.js']],
  ['Add a file NOTES.md that says in a few sentences what this repository is for and how its tests are run.', ['NOTES.md']],
])('a request that names one existing path may touch that path: %s', (text, scope) => {
  expect(scopeOf(text)).toEqual(scope);
});

test.each([
  ['nothing', 'Make the shop faster'],
  ['two files', 'Move formatPrice from src/cart.js to src/price.js'],
  ['a file and one yet to be made', 'Move the tax out of src/price.js into src/tax.js'],
  ['only a file that is not there', 'Write src/tax.js'],
  ['a document that is not there, and more work elsewhere', 'Write docs/tax.md. Make the shop faster.'],
  ['a name that two files have', 'Fix the tests of cart'],
  ['what must stay as it is', 'Make the shop faster but do not touch src/cart.js'],
  ['what must stay as it is, first', 'Leave src/cart.js alone, make the shop faster'],
  ['an example', 'Write a currency module, like src/price.js'],
  ['a file, and more work elsewhere', 'Fix src/price.js. Add a changelog.'],
  ['a file, and documents', 'Fix src/price.js and document it'],
  ['a file in one item of several', '- [ ] fix src/price.js\n- make checkout faster'],
])('a request that names %s may touch anything', (_, text) => {
  expect(scopeOf(text)).toEqual(['**']);
});

const NAMED = { 'src/price.js': 'src/price.js', 'docs/': 'docs/**', 'lib/deep': 'lib/deep/**', 'cart.ts': 'lib/cart.ts', README: 'README.md' };

test('whatever is written, one task for all of it is confined only to the one path that it names and its tests', () => {
  const word = fc.constantFrom(
    'Fix',
    'the total',
    'src/price.js',
    'docs/',
    'lib/deep',
    'cart.ts',
    'not',
    'and add',
    'it',
    '.',
    'src/new.js',
    '../x',
    '\n- ',
    '**',
    'README',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 10 }), (words) => {
      const text = words.join(' ');
      const scope = scopeOfWhole(text, [text], FILES);
      const [first = '', ...tests] = scope;
      const named = [...new Set(Object.entries(NAMED).flatMap(([name, glob]) => ((words as string[]).includes(name) ? [glob] : [])))];
      const isAnything = first === '**' && tests.length === 0;
      const isTheOne = named.length === 1 && first === named[0] && tests.every((path) => path.includes('test')) && !words.includes('src/new.js');
      expect(isAnything || isTheOne).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
