import { expect, test } from 'vitest';
import { parseSearch, windowOf } from './search.ts';

test('of an address only what the pages understand is taken', () => {
  expect(parseSearch({ days: '90', by: 'agent', bucket: 'week', show: 'table', project: 'shop', evil: 1 })).toEqual({
    days: 90,
    by: 'agent',
    bucket: 'week',
    show: 'table',
    project: 'shop',
  });
  expect(parseSearch({ days: 3, by: 'person', bucket: 'hour', from: '2026-02-31x', samples: 'all' })).toEqual({});
});

const NOW = Date.parse('2026-11-21T15:30:00Z');

test('a window is whole days and ends with today', () => {
  expect(windowOf({ days: 7 }, NOW)).toEqual({
    from: '2026-11-15T00:00:00.000Z',
    to: '2026-11-22T00:00:00.000Z',
    before: { from: '2026-11-08T00:00:00.000Z', to: '2026-11-15T00:00:00.000Z' },
  });
});

test('chosen days count whole, and a window is never empty', () => {
  expect(windowOf({ from: '2026-11-01', to: '2026-11-02' }, NOW)).toMatchObject({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' });
  expect(windowOf({ from: '2026-11-05', to: '2026-11-02' }, NOW)).toMatchObject({ from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' });
});
