import { expect, test } from 'vitest';
import { whoIs } from './who.ts';

test.each([
  ['person:ann', 'ann'],
  ['token:admin', 'the admin token'],
  ['agent:codex', 'the agent codex'],
  ['service:ci:nightly', 'the service ci:nightly'],
  ['system', 'Reeve itself'],
  ['somebody', 'somebody'],
])('%s is %s', (subject, words) => {
  expect(whoIs(subject)).toBe(words);
});
