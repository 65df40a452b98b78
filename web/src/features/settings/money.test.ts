import { expect, test } from 'vitest';
import { limitWords } from './agent-words.ts';
import { usd } from './money.ts';

test.each([
  [0, '0.00 USD'],
  [12_500_000, '12.50 USD'],
  [1_234_567_890_000, '1,234,567.89 USD'],
  [2_500, '0.0025 USD'],
  [-1_000_000, '-1.00 USD'],
])('%d micro-dollars are %s', (micros, words) => {
  expect(usd(micros)).toBe(words);
});

test('limits of a run are said with their units, and unknown ones left out', () => {
  expect(limitWords({ wall_minutes: 30, tokens: 2_000_000, question_minutes: 0, of_tomorrow: 1 })).toEqual([
    ['Longest run', '30 min'],
    ['Most tokens', '2,000,000'],
    ['Waits for an answer', 'never asks'],
  ]);
});
