import { expect, test } from 'vitest';
import { explainWaits, middleOf, type WaitFacts } from './decide.waiting.ts';
import type { Wait, Waiting } from './model.waiting.ts';

const NOW = 1_000_000;
const MINUTE = 60_000;
const waitsOf = (queued: Record<string, Wait>, more: Partial<WaitFacts> = {}): Record<string, Waiting> =>
  Object.fromEntries(
    explainWaits({
      nowMs: NOW,
      control: 'running',
      inFlight: [{ kind: 'lane', lane: 1, members: ['x', 'y'], state: 'verifying', sinceMs: NOW - MINUTE / 2 }],
      queued: Object.keys(queued),
      waits: new Map(Object.entries(queued)),
      lanes: 1,
      batch: 1,
      verifyMs: MINUTE,
      ...more,
    }),
  );

test('what is verified says with whom, and is expected when the usual time has passed', () => {
  expect(waitsOf({})['x']).toEqual({ wait: { kind: 'verifying', lane: 1, with: ['y'], joined: false }, expectedAtMs: NOW + MINUTE / 2 });
});

test.each<[string, Wait, number | null]>([
  ['what waits for another is expected one verification later', { kind: 'behind', ids: ['x'] }, NOW + 1.5 * MINUTE],
  ['so is what depends on it', { kind: 'depends_on', ids: ['x'], stuck: [] }, NOW + 1.5 * MINUTE],
  ['what depends on something set aside is not expected', { kind: 'depends_on', ids: ['q'], stuck: ['q'] }, null],
  ['nor is what waits for something unknown', { kind: 'behind', ids: ['q'] }, NOW + MINUTE],
  ['what is paused is not expected', { kind: 'paused' }, null],
  ['a back-off comes first', { kind: 'backoff', untilMs: NOW + 5 * MINUTE }, NOW + 6 * MINUTE],
  ['what is next takes one verification', { kind: 'next' }, NOW + MINUTE],
  ['what has no lane takes a round more', { kind: 'no_lane', ids: ['x'] }, NOW + 2 * MINUTE],
])('%s', (_, wait, expected) => {
  const facts =
    wait.kind === 'behind' && wait.ids[0] === 'q'
      ? { inFlight: [{ kind: 'lane' as const, lane: 1, members: ['q'], state: 'publishing' as const, sinceMs: NOW }] }
      : {};
  expect(waitsOf({ e: wait }, facts)['e']?.expectedAtMs).toBe(expected);
});

test('further back in the queue is later, round by round', () => {
  const waits = waitsOf({ a: { kind: 'no_lane', ids: [] }, b: { kind: 'no_lane', ids: [] }, c: { kind: 'no_lane', ids: [] } }, { lanes: 2 });
  expect([waits['a'], waits['b'], waits['c']].map((waiting) => waiting?.expectedAtMs)).toEqual([
    NOW + 2 * MINUTE,
    NOW + 2 * MINUTE,
    NOW + 3 * MINUTE,
  ]);
});

test('entries that wait for each other in a circle, and targets nobody measured, promise nothing', () => {
  expect(
    waitsOf({ a: { kind: 'depends_on', ids: ['b'], stuck: [] }, b: { kind: 'depends_on', ids: ['a'], stuck: [] } })['a']?.expectedAtMs,
  ).toBeNull();
  expect(waitsOf({ a: { kind: 'next' } }, { verifyMs: null })['a']).toEqual({ wait: { kind: 'next' }, expectedAtMs: null });
});

test('the middle duration is taken, of nothing there is none', () => {
  expect(middleOf([9, 1, 5])).toBe(5);
  expect(middleOf([])).toBeNull();
});
