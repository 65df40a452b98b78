import { expect, test } from 'vitest';
import { countsOf, partAt, shareOf, sinceOf, whyNoHistory } from './history-words.ts';

const part = (name: 'issues' | 'review_comments', change: object = {}) => ({
  part: name,
  pages: 0,
  seen: 0,
  stored: 0,
  done: false,
  note: null,
  ...change,
});

test('what has no history to read says so, and why', () => {
  expect(whyNoHistory({ forge: 'local', allowlisted: true })).toContain('as it happens');
  expect(whyNoHistory({ forge: 'path', allowlisted: true })).toContain('folder of this machine');
  expect(whyNoHistory({ forge: 'github', allowlisted: false })).toContain('An admin allows it');
  expect(whyNoHistory({ forge: 'github', allowlisted: true })).toBeNull();
});

test('a part that could not be read is over, and the next is named', () => {
  const parts = [part('issues', { note: 'not permitted' }), part('review_comments')];
  expect(shareOf({ parts })).toBe(0.5);
  expect(partAt({ parts })).toBe('review comments');
  expect(partAt({ parts: [part('issues', { done: true })] })).toBeNull();
  expect(shareOf({ parts: [] })).toBe(0);
});

test('counts are words', () => {
  expect(countsOf({ pages: 1, seen: 1200, stored: 0 })).toBe('1 page, 1,200 things seen, 0 facts kept');
});

test('a day begins at midnight, UTC', () => {
  expect(sinceOf('2026-01-31')).toBe('2026-01-31T00:00:00Z');
  expect(sinceOf('')).toBeNull();
});
