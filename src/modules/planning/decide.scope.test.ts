import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '#kernel/glob.ts';
import { globsOverlap, scopesOverlap } from './decide.scope.ts';

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
