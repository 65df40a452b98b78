import { expect, test } from 'vitest';
import { addressOf, blockWith, lineOf } from './log-address.ts';

test('the address of a line leads back to its number', () => {
  expect([lineOf(addressOf(12)), lineOf('#line-7')]).toEqual([12, 7]);
});

test.each(['', 'line-', 'line-0', 'line-1.5', 'line--1', 'line-12x', 'entry-12', 'line-9999999999'])('%s names no line', (hash) => {
  expect(lineOf(hash)).toBeNull();
});

test('a line that goes on with a text is found where that text begins', () => {
  const blocks = [{ line: 2 }, { line: 3 }, { line: 9 }];
  expect([1, 2, 3, 8, 9, 500].map((line) => blockWith(blocks, line))).toEqual([-1, 0, 1, 1, 2, 2]);
});
