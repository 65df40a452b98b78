import { expect, test } from 'vitest';
import { wayOf, type Seen } from './sample-way.ts';

const NOTHING: Seen = { plan: 'none', ran: false };
const states = (state: string, endedAs: string | null, seen: Partial<Seen> = {}) =>
  wayOf(state, endedAs, { ...NOTHING, ...seen }).map((stop) => stop.state);

test.each([
  ['new', null, ['now', 'later', 'later', 'later']],
  ['awaiting_approval', null, ['done', 'now', 'later', 'later']],
  ['in_progress', null, ['done', 'done', 'now', 'later']],
  ['merged', 'landed', ['done', 'done', 'done', 'done']],
  ['in_progress', 'landed', ['done', 'done', 'done', 'done']],
  ['failed', 'failed', ['failed', 'never', 'never', 'never']],
  ['awaiting_approval', 'declined', ['done', 'failed', 'never', 'never']],
])('a request that is %s (story: %s) is at %o', (state, endedAs, expected) => expect(states(state, endedAs)).toEqual(expected));

test.each([
  ['failed', 'failed', { plan: 'agreed', ran: true }, ['done', 'done', 'failed', 'never']],
  ['failed', 'failed', { plan: 'agreed' }, ['done', 'done', 'failed', 'never']],
  ['failed', 'failed', { ran: true }, ['done', 'done', 'failed', 'never']],
  ['declined', 'declined', { plan: 'refused' }, ['done', 'failed', 'never', 'never']],
  ['needs_info', 'needs_info', {}, ['failed', 'never', 'never', 'never']],
  ['needs_info', 'needs_info', { plan: 'agreed', ran: true }, ['done', 'done', 'failed', 'never']],
  ['needs_info', null, { plan: 'waits' }, ['done', 'now', 'later', 'later']],
] as Array<[string, string | null, Partial<Seen>, string[]]>)(
  'a request that is %s (story: %s), of which %o is known, came as far as %o',
  (state, endedAs, seen, expected) => expect(states(state, endedAs, seen)).toEqual(expected),
);

test('where it ended is told as what did not come to be', () => {
  const way = wayOf('declined', 'declined', { plan: 'refused', ran: false });
  expect(way.map(({ name }) => name)).toContain('The plan was not agreed to');
  expect(way.map(({ name }) => name)).not.toContain('You agree to the plan');
});
