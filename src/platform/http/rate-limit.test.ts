import { expect, test } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';

function limiter(perSecond: number, burst: number) {
  let nowMs = 0;
  const limit = createRateLimiter({ perSecond, burst, nowMs: () => nowMs });
  return { take: (caller = 'a') => limit.take(caller), after: (ms: number) => void (nowMs += ms) };
}

test('a burst passes, then the caller is told how long to wait', () => {
  const { take } = limiter(2, 3);
  expect([take(), take(), take()]).toEqual([0, 0, 0]);
  expect(take()).toBeCloseTo(0.5);
});

test('the bucket fills again with time, and never beyond the burst', () => {
  const { take, after } = limiter(2, 2);
  take();
  take();
  after(500);
  expect(take()).toBe(0);
  expect(take()).toBeGreaterThan(0);
  after(60_000);
  expect([take(), take()]).toEqual([0, 0]);
  expect(take()).toBeGreaterThan(0);
});

test('callers do not share a bucket', () => {
  const { take } = limiter(1, 1);
  take('a');
  expect(take('a')).toBeGreaterThan(0);
  expect(take('b')).toBe(0);
});

test('zero means no limit', () => {
  const { take } = limiter(0, 0);
  expect(Array.from({ length: 50 }, () => take())).toEqual(Array.from({ length: 50 }, () => 0));
});

test('a flood of addresses does not grow without bound: the longest unseen is forgotten', () => {
  const { take } = limiter(1, 1);
  take('first');
  for (let n = 0; n < 20_000; n += 1) take(`ip-${n}`);
  expect(take('first')).toBe(0);
  expect(take('ip-19999')).toBeGreaterThan(0);
});
