import { expect, test } from 'vitest';
import { matchesAnyGlob, matchesGlob } from './glob.ts';

test.each([
  ['src/cart/add.ts', 'src/cart/**', true],
  ['src/cart', 'src/cart/**', false],
  ['src/carts/add.ts', 'src/cart/**', false],
  ['add.ts', '**/*.ts', true],
  ['a/b/add.ts', '**/*.ts', true],
  ['a/b/add.ts', 'a/*.ts', false],
  ['src/a.ts', 'src/?.ts', true],
  ['src/ab.ts', 'src/?.ts', false],
  ['src/a.ts', 'src/', true],
  ['src/a/b.ts', 'src', true],
  ['src', 'src', true],
  ['srcs/a.ts', 'src', false],
  ['src/a.js', 'src/*.{ts,js}', true],
  ['src/a.css', 'src/*.{ts,js}', false],
  ['src/a+b(1).ts', 'src/a+b(1).ts', true],
  ['srcXa.ts', 'src.a.ts', false],
  ['README.md', './README.md', true],
  ['readme.md', 'README.md', false],
  ['anything/at/all', '**', true],
])('%s against %s is %s', (path, pattern, expected) => {
  expect(matchesGlob(path, pattern)).toBe(expected);
});

test('one matching pattern of several is enough, none is not', () => {
  expect(matchesAnyGlob('docs/a.md', ['src/**', 'docs/**'])).toBe(true);
  expect(matchesAnyGlob('docs/a.md', [])).toBe(false);
});
