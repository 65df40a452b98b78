import { expect, test } from 'vitest';
import { changesOf, isTyped, numberProblem, toHandles, toLines, toNumber, toWords } from './draft.ts';

test('only what differs from what is stored is a change, lists by their contents', () => {
  const stored = { name: 'Ann', skills: ['a', 'b'], wip: 3, active: true };
  expect(changesOf(stored, { name: 'Ann', skills: ['a', 'b'] })).toEqual({});
  expect(changesOf(stored, { name: 'Anna', skills: ['b', 'a'], wip: 3 })).toEqual({ name: 'Anna', skills: ['b', 'a'] });
  expect(changesOf(stored, { active: false })).toEqual({ active: false });
});

test('a form that makes something holds words once anything is not as it began', () => {
  const beginning = { name: '', tier: 'standard', allowed: false };
  expect(isTyped(beginning, { ...beginning })).toBe(false);
  expect(isTyped(beginning, { ...beginning, tier: 'core' })).toBe(true);
  expect(isTyped(beginning, { ...beginning, name: 'a' })).toBe(true);
});

test.each([
  ['typescript, billing,, typescript ', ['typescript', 'billing']],
  ['a\nb', ['a', 'b']],
  ['', []],
])('%j are the words %j', (text, words) => {
  expect(toWords(text)).toEqual(words);
});

test('handles are taken with and without the sign before them, each once', () => {
  expect(toHandles('@Ann, bo\nann, @bo,')).toEqual(['ann', 'bo']);
});

test('lines keep their order and what is in them', () => {
  expect(toLines(' npm ci \n\nnpm run build -- --all\n')).toEqual(['npm ci', 'npm run build -- --all']);
});

test.each([
  ['12', 12],
  ['12,5', 12.5],
  ['-1', -1],
  ['', null],
  ['  ', null],
  ['many', null],
  ['Infinity', null],
  ['1000', 1000],
  [' 1000.50 ', 1000.5],
  ['12,50', 12.5],
  ['0.125', 0.125],
  ['1,000', null],
  ['12,500', null],
  ['-1,000', null],
  ['1,000,000', null],
  ['1,000.50', null],
  ['1.000,50', null],
  ['1.000.000', null],
])('%j is the number %j', (text, number) => {
  expect(toNumber(text)).toBe(number);
});

test('what can be read as two numbers is refused with another sentence than what is none', () => {
  expect(numberProblem('12,50')).toBe(null);
  expect(numberProblem('1,000')).toContain('two numbers');
  expect(numberProblem('1.000,50')).toContain('two numbers');
  expect(numberProblem('many')).toContain('no number');
  expect(numberProblem('')).toContain('no number');
});
