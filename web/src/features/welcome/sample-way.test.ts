import { expect, test } from 'vitest';
import { wayOf } from './sample-way.ts';

const states = (state: string, endedAs: string | null) => wayOf(state, endedAs).map((stop) => stop.state);

test.each([
  ['new', null, ['now', 'later', 'later', 'later']],
  ['awaiting_approval', null, ['done', 'now', 'later', 'later']],
  ['in_progress', null, ['done', 'done', 'now', 'later']],
  ['merged', 'landed', ['done', 'done', 'done', 'done']],
  ['in_progress', 'landed', ['done', 'done', 'done', 'done']],
  ['failed', 'failed', ['failed', 'later', 'later', 'later']],
  ['awaiting_approval', 'declined', ['done', 'failed', 'later', 'later']],
])('a request that is %s (story: %s) is at %o', (state, endedAs, expected) => expect(states(state, endedAs)).toEqual(expected));
