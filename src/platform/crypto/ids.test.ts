import { expect, test } from 'vitest';
import { createIds } from './ids.ts';

test('ids sort in the order in which they were made: in one millisecond, over many, and when the clock is set back', () => {
  let nowMs = 1_800_000_000_000;
  const ids = createIds({ now: () => new Date(nowMs) });
  const made: string[] = [];
  for (const step of [0, 0, 0, 1, 0, -5000, 0, 1, 7000, 0]) {
    nowMs += step;
    for (let i = 0; i < 300; i += 1) made.push(ids.next('event'));
  }
  expect(made).toEqual(made.toSorted());
  expect(new Set(made).size).toBe(made.length);
});

test('two makers at the same time make different ids', () => {
  const clock = { now: () => new Date(1_800_000_000_000) };
  expect(createIds(clock).next('event')).not.toBe(createIds(clock).next('event'));
});
