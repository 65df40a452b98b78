import { expect, test } from 'vitest';
import { NOWHERE, rowOf, standingOn, stepped } from './selected-row.ts';

const ROWS = ['a', 'b', 'c', 'd'];

test('the keyboard begins at the first row and stays inside the list', () => {
  expect(stepped(ROWS, NOWHERE, 1)).toEqual({ key: 'a', at: 0 });
  expect(stepped(ROWS, NOWHERE, -1)).toEqual({ key: 'a', at: 0 });
  expect(stepped(ROWS, standingOn(ROWS, 3), 1)).toEqual({ key: 'd', at: 3 });
  expect(stepped(ROWS, standingOn(ROWS, 0), -1)).toEqual({ key: 'a', at: 0 });
  expect(stepped([], NOWHERE, 1)).toEqual(NOWHERE);
});

test('a row stays the chosen one while the list changes its order, and the next step goes on from there', () => {
  const chosen = standingOn(ROWS, 1);
  const now = ['new', 'd', 'b', 'a', 'c'];
  expect(rowOf(now, chosen)).toBe(2);
  expect(stepped(now, chosen, 1)).toEqual({ key: 'a', at: 3 });
  expect(stepped(now, chosen, -1)).toEqual({ key: 'd', at: 1 });
});

test('where the chosen row is gone none is chosen, and the next step goes on from its place', () => {
  const chosen = standingOn(ROWS, 1);
  const now = ['a', 'c', 'd'];
  expect(rowOf(now, chosen)).toBe(-1);
  expect(stepped(now, chosen, 1)).toEqual({ key: 'c', at: 1 });
  expect(stepped(now, chosen, -1)).toEqual({ key: 'a', at: 0 });
  expect(stepped(['a'], chosen, 1)).toEqual({ key: 'a', at: 0 });
});
