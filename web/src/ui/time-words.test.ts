import { describe, expect, it } from 'vitest';
import { duration, exactTime, relativeTime } from './time-words.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const at = (ms: number): string => new Date(NOW + ms).toISOString();

describe('times as people say them', () => {
  it.each([
    [-10_000, 'just now'],
    [10_000, 'just now'],
    [40_000, 'in a moment'],
    [-5 * 60_000, '5 min ago'],
    [90 * 60_000, 'in 2 h'],
    [-3 * 86_400_000, '3 d ago'],
    [-9 * 86_400_000, '2026-11-12'],
  ])('%i ms from now is %s', (ms, words) => expect(relativeTime(at(ms), NOW)).toBe(words));

  it('shows what is no time as it is', () => {
    expect(relativeTime('soon', NOW)).toBe('soon');
    expect(exactTime('soon')).toBe('soon');
  });

  it('is exact to the second, in UTC', () => expect(exactTime('2026-11-21T23:45:10.123Z')).toBe('2026-11-21 23:45:10 UTC'));

  it.each([
    [1234, '1.2 s'],
    [59_900, '1 min'],
    [80_000, '1 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
  ])('%i ms is %s', (ms, words) => expect(duration(ms)).toBe(words));
});
