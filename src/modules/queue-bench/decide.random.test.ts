import { expect, test } from 'vitest';
import { createRandom, seedOf } from './decide.random.ts';

test('the seed alone determines the numbers', () => {
  const [a, b, c] = [createRandom(7), createRandom(7), createRandom(8)];
  const draw = (random: typeof a): number[] => Array.from({ length: 5 }, () => random.next());
  const first = draw(a);
  expect(draw(b)).toEqual(first);
  expect(draw(c)).not.toEqual(first);
});

test('numbers are spread evenly over the whole range', () => {
  const random = createRandom(1);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let at = 0; at < 10_000; at += 1) {
    const drawn = random.below(10);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  const mean = Array.from({ length: 10_000 }, () => random.exponential(5)).reduce((sum, value) => sum + value, 0) / 10_000;
  expect(mean).toBeGreaterThan(4.7);
  expect(mean).toBeLessThan(5.3);
});

test('a shuffle keeps every item once, a sample is part of it', () => {
  const items = Array.from({ length: 50 }, (_, at) => at);
  const shuffled = createRandom(3).shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  expect(createRandom(3).sample(items, 5)).toEqual(shuffled.slice(0, 5));
  expect(createRandom(3).sample([1, 2], 5)).toHaveLength(2);
});

test('each part of a run has a seed of its own', () => {
  expect(seedOf(1, 't1', 20)).toBe(seedOf(1, 't1', 20));
  expect(new Set([seedOf(1, 't1', 20), seedOf(1, 't1', 50), seedOf(2, 't1', 20), seedOf(1, 't2', 20)]).size).toBe(4);
});
