import { expect, test } from 'vitest';
import { meanOf, quantileOf, shareOf, spreadOf } from './decide.statistics.ts';

test.each([
  // Known answers: Newcombe (1998), Statistics in Medicine 17, method 3 (Wilson without continuity correction).
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('the Wilson interval of %i of %i is the published one', (hits, of, low, high) => {
  const share = shareOf(hits, of);
  expect(share.low).toBeCloseTo(low, 4);
  expect(share.high).toBeCloseTo(high, 4);
});

test('all of many is not certainty, and nothing of nothing is no share', () => {
  expect(shareOf(29, 29)).toMatchObject({ share: 1, high: 1 });
  expect(shareOf(29, 29).low).toBeCloseTo(0.883, 3);
  expect(shareOf(0, 0)).toEqual({ hits: 0, of: 0, share: null, low: null, high: null });
});

test('quantiles are of the samples themselves, and their bounds are the ranks that order statistics give', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
  expect(quantileOf(hundred, 0.5)).toEqual({ at: 0.5, n: 100, value: 50, low: 40, high: 61 });
  expect(quantileOf(hundred, 0.99)).toMatchObject({ value: 99, high: 100 });
  expect(quantileOf([7], 0.9)).toMatchObject({ value: 7, low: 7, high: 7 });
  expect(quantileOf([], 0.5).value).toBeNull();
});

test('a few runs are told by their middle and their ends', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ runs: 3, median: 2, least: 1, most: 3 });
  expect(spreadOf([])).toEqual({ runs: 0, median: null, least: null, most: null });
  expect(meanOf([1, 2, 6])).toBe(3);
  expect(meanOf([])).toBeNull();
});
