import { expect, test } from 'vitest';
import { sentenceOfWait } from './decide.waits.ts';

test('every reason to wait is a sentence that names who goes first', () => {
  const say = (wait: Parameters<typeof sentenceOfWait>[0]) => sentenceOfWait(wait, 1000);
  expect(say({ kind: 'backoff', untilMs: 3500 })).toBe('Tried again in 3 s, after a fault.');
  expect(say({ kind: 'depends_on', ids: ['a', 'b'], stuck: ['b'] })).toBe('Needs b, which will not land unless somebody acts.');
  expect(say({ kind: 'depends_on', ids: ['a'], stuck: [] })).toBe('Needs a to land first.');
  expect(say({ kind: 'behind', ids: ['a', 'b'] })).toBe('Touches what a, b touch, which go first.');
  expect(say({ kind: 'no_lane', ids: ['1', '2', '3', '4', '5', '6', '7'] })).toBe('Every lane is taken: 1, 2, 3, 4, 5 and 2 more.');
  expect(say({ kind: 'verifying', lane: 2, with: ['a'], joined: false })).toBe('Lane 2 is being verified, together with a.');
  expect(say({ kind: 'verifying', lane: 1, with: [], joined: true })).toBe('The combined tree is being verified.');
});
