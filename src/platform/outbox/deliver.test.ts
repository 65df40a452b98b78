import { expect, test } from 'vitest';
import { backoffMs, wants } from './deliver.ts';

test('the wait after a failure doubles from one second to five minutes', () => {
  expect([0, 1, 2, 3, 8, 9, 500].map(backoffMs)).toEqual([1000, 2000, 4000, 8000, 256_000, 300_000, 300_000]);
});

test('a subscription names exact types, or everything', () => {
  expect(wants({ types: ['run.started'] }, 'run.started')).toBe(true);
  expect(wants({ types: ['run.started'] }, 'run.started_again')).toBe(false);
  expect(wants({ types: ['run'] }, 'run.started')).toBe(false);
  expect(wants({ types: ['*'] }, 'anything.at_all')).toBe(true);
});
