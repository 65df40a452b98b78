import { expect, test } from 'vitest';
import { isNarrowed, parseSearch, readTyped, toQuery, typedOf } from './search.ts';

const ID = 'act_01JABCDEFGHJKMNPQRSTVWXYZ0';

test('of an address only what the list understands is taken', () => {
  expect(parseSearch({ kind: 'a.*', person: 7, from: '2026-11-21', to: 'yesterday', start: '12', tab: 'x', evil: '1' })).toEqual({
    kind: 'a.*',
    person: '7',
    from: '2026-11-21',
    start: 12,
  });
  expect(parseSearch({ start: -3, tab: 'integrity', from: '2026-13-45' })).toEqual({ tab: 'integrity' });
});

test('the last day of a period counts whole', () => {
  expect(toQuery({ from: '2026-11-21', to: '2026-11-21', person: 'ann', start: 4 })).toEqual({
    person: 'ann',
    from: '2026-11-21T00:00:00Z',
    to: '2026-11-22T00:00:00.000Z',
  });
  expect(isNarrowed({ start: 4, tab: 'integrity' })).toBe(false);
  expect(isNarrowed({ person: 'ann' })).toBe(true);
});

test.each([
  ['12', { entry: 12 }],
  ['#12', { entry: 12 }],
  [` ${ID} `, { mentions: ID }],
  ['person:ann', { actor: 'person:ann' }],
  ['system', { actor: 'system' }],
  ['merge', { kind: '*merge*' }],
  ['approval.*', { kind: 'approval.*' }],
  ['', {}],
])('%j typed means %j', (typed, meant) => {
  expect(readTyped(typed)).toEqual(meant);
});

test('the box shows what was typed', () => {
  for (const typed of [ID, 'person:ann', 'merge', 'approval.*', '']) expect(typedOf(readTyped(typed) as object)).toBe(typed);
});
