import { expect, test } from 'vitest';
import type { ReviewThread } from '#ports/forge-read.ts';
import { mayAskForFix, openRemarks } from './decide.people.fix.ts';

const thread = (change: Partial<ReviewThread>): ReviewThread => ({
  id: 't',
  path: 'a.ts',
  line: 3,
  resolved: false,
  outdated: false,
  comments: [{ id: '1', author: 'mona', body: 'Why?', createdAt: new Date(0) }],
  ...change,
});

test('the author and maintainers may ask, in any case of the login; nobody else', () => {
  expect(mayAskForFix({ login: 'Dora', isMaintainer: false }, 'dora')).toBe(true);
  expect(mayAskForFix({ login: 'mona', isMaintainer: true }, 'dora')).toBe(true);
  expect(mayAskForFix({ login: 'eve', isMaintainer: false }, 'dora')).toBe(false);
});

test('open conversations and findings are told, resolved ones are not, and where nothing is open nothing is', () => {
  expect(openRemarks([thread({ resolved: true })], '')).toBeNull();
  const told = openRemarks([thread({}), thread({ path: 'b.ts', line: null, resolved: true })], 'F1 (major): x') ?? '';
  expect(told).toContain('a.ts:3\nmona: Why?');
  expect(told).toContain('F1 (major): x');
  expect(told).not.toContain('b.ts');
});
