import { expect, test } from 'vitest';
import { isNarrowedBeyondDays, parseSearch, toQuery, toSummaryQuery } from './search.ts';

test('of an address only what the list understands is taken', () => {
  expect(parseSearch({ outcome: 'clean', flag: 'emergency', kind: 'x', person: 'ann', from: '2026-11-21', evil: 1 })).toEqual({
    outcome: 'clean',
    flag: 'emergency',
    person: 'ann',
    from: '2026-11-21',
  });
  expect(parseSearch({ outcome: 'good', flag: 'toString', from: '2026-99-99' })).toEqual({});
});

test('the last day counts whole, and the summary is of all outcomes', () => {
  const search = { outcome: 'clean', flag: 'emergency', person: 'ann', to: '2026-11-21' } as const;
  expect(toQuery(search)).toEqual({ outcome: 'clean', flag: 'emergency', person: 'ann', to: '2026-11-22T00:00:00.000Z' });
  expect(toSummaryQuery(search)).toEqual({ person: 'ann', to: '2026-11-22T00:00:00.000Z' });
});

test('a period alone is what an export takes too, anything else is not', () => {
  expect(isNarrowedBeyondDays({ from: '2026-11-21', to: '2026-11-22', project: undefined })).toBe(false);
  expect(isNarrowedBeyondDays({ from: '2026-11-21', person: 'ann' })).toBe(true);
});
