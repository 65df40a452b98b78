import { expect, test } from 'vitest';
import { builtInViews, isSameSearch, parseSearch, toggled, toQuery } from './search.ts';

test('an address may hold anything; what is no filter is left out', () => {
  expect(
    parseSearch({ q: ' cart ', state: ['new', 'lost', 'new'], type: 'bug', label: [' ui ', 3], sort: 'created', order: 'newest', x: 1 }),
  ).toEqual({
    q: ' cart ',
    state: ['new'],
    type: ['bug'],
    label: [' ui ', '3'],
  });
  expect(parseSearch({ q: '  ', state: [], waits_for: 'agent', open: 'no', number: null })).toEqual({});
  expect(parseSearch({ q: 12 })).toEqual({ q: '12' });
  expect(parseSearch({ changed_since: '2026-01-02T00:00Z' })).toEqual({ changed_since: '2026-01-02T00:00:00.000Z' });
  expect(parseSearch({ changed_since: 'yesterday', ended_since: 'today' })).toEqual({});
  expect(parseSearch({ ended_since: '2026-01-02T00:00Z' })).toEqual({ ended_since: '2026-01-02T00:00:00.000Z' });
});

test('a value is put in, and taken out again', () => {
  const once = toggled({ q: 'cart' }, 'state', 'new');
  expect(once).toEqual({ q: 'cart', state: ['new'] });
  expect(toggled(once, 'state', 'merged')).toEqual({ q: 'cart', state: ['new', 'merged'] });
  expect(toggled(once, 'state', 'new')).toEqual({ q: 'cart' });
});

test('two filters are the same whatever the order of their values', () => {
  expect(isSameSearch({ state: ['new', 'failed'], q: 'a' }, { q: 'a', state: ['failed', 'new'] })).toBe(true);
  expect(isSameSearch({ state: ['new'] }, { state: ['new'], sort: 'updated' })).toBe(false);
});

test('without a choice only open issues are shown; a choice of states or words looks at all', () => {
  const open = toQuery({ type: ['bug'] });
  expect(open).toMatchObject({ type: ['bug'] });
  expect(open.state).toEqual(expect.arrayContaining(['new', 'needs_info', 'awaiting_merge']));
  for (const ended of ['merged', 'duplicate', 'declined', 'failed']) expect(open.state).not.toContain(ended);
  expect(toQuery({ q: 'cart', open: true }).state).toEqual(open.state);
  expect(toQuery({ state: ['merged'] })).toEqual({ state: ['merged'] });
  expect(toQuery({ q: 'cart' })).toEqual({ q: 'cart' });
  expect(toQuery({ ended_since: '2026-01-02T00:00:00.000Z' })).toEqual({ ended_since: '2026-01-02T00:00:00.000Z' });
});

test('who has no person sees no view of their own', () => {
  expect(builtInViews(null).map(({ name }) => name)).not.toContain('Asked by me');
  expect(builtInViews('mia').find(({ name }) => name === 'Asked by me')?.search.requested_by).toBe('mia');
});
