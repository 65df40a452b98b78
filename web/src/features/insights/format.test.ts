import { expect, test } from 'vitest';
import { binName, change, figure, leftOut, marks, tick } from './format.ts';

test.each([
  [null, 'seconds', '–'],
  [90, 'seconds', '1 min 30 s'],
  [1.5, 'minutes', '1 min 30 s'],
  [0.8333, 'share', '83.3 %'],
  [1, 'share', '100 %'],
  [0, 'share', '0 %'],
  [1204, 'count', '1,204'],
  [1.5, 'count', '1.50'],
] as const)('%s %s reads %s', (value, unit, text) => {
  expect(figure(value, unit)).toBe(text);
});

test('bins, ticks and sums of what was left out', () => {
  expect([
    binName({ from: 60, to: 120 }, 'seconds'),
    binName({ from: 2, to: 3 }, 'count'),
    binName({ from: 3, to: 5 }, 'count'),
    binName({ from: 1, to: 1 }, 'share'),
  ]).toEqual(['1 min – 2 min', '2', '3 to 4', 'yes']);
  expect([tick(0, 'seconds'), tick(7200, 'seconds'), tick(0.5, 'share')]).toEqual(['0', '2 h', '50 %']);
  expect(leftOut({ a: 1, b: 2 })).toBe(3);
});

test.each([
  [120, 100, 'seconds', '+20 %'],
  [50, 100, 'count', '−50 %'],
  [0.5, 0.75, 'share', '−25.0 points'],
  [100, 100, 'count', 'the same'],
  [null, 100, 'count', null],
  [3, 0, 'count', null],
] as const)('%s after %s (%s) is %s', (now, before, unit, text) => {
  expect(change(now, before, unit)).toBe(text);
});

test('an axis is marked where people count, and reaches the highest figure', () => {
  expect(marks(1400, 'seconds')).toEqual([0, 300, 600, 900, 1200, 1500]);
  expect(marks(4, 'minutes')).toEqual([0, 1, 2, 3, 4]);
  expect(marks(3, 'count')).toEqual([0, 1, 2, 3]);
  expect(marks(0, 'count')).toEqual([0, 1]);
  expect(marks(0.3, 'share').at(-1)).toBe(1);
  for (const most of [1e7, 1e9]) expect(marks(most, 'seconds').at(-1)).toBeGreaterThanOrEqual(most);
  expect(marks(1e9, 'seconds').length).toBeLessThanOrEqual(6);
});
