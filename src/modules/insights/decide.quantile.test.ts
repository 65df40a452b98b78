import { describe, expect, it } from 'vitest';
import { mean, quantile } from './decide.quantile.ts';

describe('a quantile', () => {
  // Reference: R's quantile(c(...), p, type = 7), computed by hand from h = (n - 1) p.
  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[1, 2, 3, 4], 0.75, 3.25],
    [[1, 2, 3, 4, 5], 0.9, 4.6],
    [[10, 20], 0.25, 12.5],
    [[7], 0.9, 7],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[3600, 60], 0.9, 3246],
  ] as const)('of %j at %d is %d', (numbers, q, expected) => {
    expect(quantile(numbers, q)).toBeCloseTo(expected, 9);
  });

  it('and a mean of nothing are unknown', () => {
    expect([quantile([], 0.5), mean([])]).toEqual([null, null]);
  });
});
