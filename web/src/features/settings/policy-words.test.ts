import { expect, test } from 'vitest';
import { directionOf, replacedBy, stillWaits, summarise, toFacts, toFields } from './policy-words.ts';

test.each([
  ['auto', 'ask', 'stricter'],
  ['require_approval', 'auto', 'looser'],
  ['deny', 'require_approval', 'looser'],
  ['ask', 'deny', 'stricter'],
  ['ask', 'ask', 'same'],
] as const)('from %s to %s is %s', (from, to, direction) => {
  expect(directionOf(from, to)).toBe(direction);
});

test('what was proposed waits until something else is known of it', () => {
  expect([undefined, 'pending'].map(stillWaits)).toEqual([true, true]);
  expect(['approved', 'declined', 'expired', 'withdrawn'].map(stillWaits)).toEqual([false, false, false, false]);
});

test('a version is compared with the one before it, and with nothing only if it was the first', () => {
  expect([0, 1].map((index) => replacedBy(['three', 'two'], index, true))).toEqual(['two', 'unread']);
  expect([0, 1].map((index) => replacedBy(['two', 'one'], index, false))).toEqual(['one', null]);
});

test('counts are summed by their direction', () => {
  expect(
    summarise([
      { from: 'auto', to: 'auto', count: 5 },
      { from: 'ask', to: 'auto', count: 2 },
      { from: 'deny', to: 'ask', count: 1 },
      { from: 'auto', to: 'deny', count: 4 },
    ]),
  ).toEqual({ looser: 3, stricter: 4, same: 5 });
});

test('fields with dots become nested facts of their kinds', () => {
  expect(
    toFacts([
      { name: 'plan.approved', value: 'true' },
      { name: 'work.risk', value: ' low ' },
      { name: 'work.size', value: 'S' },
      { name: 'cost.month_usd', value: '12.5' },
      { name: 'change.paths', value: '["a.ts"]' },
      { name: 'target.branch', value: 'null' },
      { name: 'empty', value: ' ' },
      { name: '', value: 'x' },
    ]),
  ).toEqual({
    plan: { approved: true },
    work: { risk: 'low', size: 'S' },
    cost: { month_usd: 12.5 },
    change: { paths: ['a.ts'] },
    target: { branch: null },
  });
});

test('facts that were looked at come back as the same facts', () => {
  const facts = {
    plan: { approved: false },
    target: { number: 7, branch: null, repo: 'acme/shop', tag: '12' },
    change: { paths: ['a', 'b'] },
    note: 'true',
  };
  expect(toFacts(toFields(facts))).toEqual(facts);
});
