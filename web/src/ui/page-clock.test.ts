import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readClock, watchClock } from './page-clock.ts';

// Later than when the clock was made.
beforeEach(() => vi.useFakeTimers({ now: Date.now() + 60_000 }));
afterEach(() => vi.useRealTimers());

test('the clock moves on twice a minute for those who watch, and stands for all of them in between', () => {
  const told = vi.fn<() => void>();
  const end = watchClock(told);
  const first = readClock();
  vi.advanceTimersByTime(20_000);
  expect([readClock(), told.mock.calls.length]).toEqual([first, 0]);
  vi.advanceTimersByTime(10_000);
  expect([readClock(), told.mock.calls.length]).toEqual([first + 30_000, 1]);
  end();
});

test('a page without times keeps no old one for the next: it is read anew when somebody asks, and when somebody watches', () => {
  const end = watchClock(() => {});
  const before = readClock();
  end();
  vi.advanceTimersByTime(300_000);
  expect(readClock()).toBe(before + 300_000);
  vi.advanceTimersByTime(300_000);
  watchClock(() => {})();
  expect(readClock()).toBe(before + 600_000);
});
