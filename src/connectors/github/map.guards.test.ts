import { expect, test } from 'vitest';
import { refusedClassic, toFailed } from './map.guards.ts';
import type { HookDelivery } from './schema.guards.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const attempt = (id: string, guid: string, hoursAgo: number, more: Partial<HookDelivery> = {}): HookDelivery => ({
  id,
  guid,
  event: 'issues',
  delivered_at: new Date(NOW - hoursAgo * HOUR_MS).toISOString(),
  status_code: 502,
  redelivery: false,
  ...more,
});
const since = new Date(NOW - 2 * HOUR_MS);
const idsOf = (...attempts: HookDelivery[]): string[] => toFailed(attempts, since).map(({ id }) => id);

test('a delivery that fails again and again is asked for until its first attempt is too old, and then no more', () => {
  const again = (hours: number, id: string) => attempt(id, 'g', hours, { redelivery: true });
  expect(idsOf(attempt('1', 'g', 1.9))).toEqual(['1']);
  expect(idsOf(attempt('1', 'g', 1.9), again(1.6, '2'), again(1.3, '3'))).toEqual(['1']);
  // A quarter of an hour later the same list, and the redeliveries are young for ever: they begin nothing.
  expect(idsOf(attempt('1', 'g', 2.1), again(1.8, '2'), again(1.5, '3'), again(0.1, '4'))).toEqual([]);
  expect(idsOf(again(1.8, '2'), again(0.1, '4'))).toEqual([]);
});

test('what arrived at any attempt is not asked for, and several are asked for oldest first', () => {
  expect(idsOf(attempt('1', 'g', 1), attempt('2', 'g', 0.5, { redelivery: true, status_code: 202 }))).toEqual([]);
  expect(idsOf(attempt('2', 'h', 0.5), attempt('1', 'g', 1, { status_code: 0 }), attempt('3', 'i', 0.2, { status_code: 302 }))).toEqual([
    '1',
    '2',
    '3',
  ]);
});

test('a protection that is not shown is none only where somebody says so, or where the server knows of none at all', () => {
  const missing = { isThere: false, said: 'Not Found' };
  const forbidden = { isThere: true, said: 'Resource not accessible by integration' };
  const none = { isThere: false, said: 'Branch not protected' };
  for (const refusal of [missing, forbidden, none]) expect(refusedClassic({ isProtected: false, hasRules: true }, refusal)).toBe('none');
  for (const isProtected of [true, null]) {
    for (const hasRules of [true, false]) {
      expect(refusedClassic({ isProtected, hasRules }, forbidden)).toBe('unreadable');
      expect(refusedClassic({ isProtected, hasRules }, none)).toBe('none');
    }
    expect(refusedClassic({ isProtected, hasRules: true }, missing)).toBe('unreadable');
  }
  expect(refusedClassic({ isProtected: true, hasRules: false }, missing)).toBe('unreadable');
  expect(refusedClassic({ isProtected: null, hasRules: false }, missing)).toBe('none');
});
