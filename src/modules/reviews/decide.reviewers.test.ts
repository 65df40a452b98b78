import { expect, test } from 'vitest';
import { decideReviewers } from './decide.reviewers.ts';
import type { ReviewerCandidate, ReviewerFacts } from './model.reviewers.ts';

// A Wednesday, noon in UTC.
const NOW = new Date('2026-03-04T12:00:00Z');
const daysAgo = (days: number): number => NOW.getTime() / 1000 - days * 86_400;

const person = (handle: string, change: Partial<ReviewerCandidate> = {}): ReviewerCandidate => ({
  handle,
  login: handle,
  isAble: true,
  timezone: 'UTC',
  owns: [],
  waiting: 0,
  ...change,
});

const facts = (change: Partial<ReviewerFacts>): ReviewerFacts => ({
  paths: ['src/cart.ts', 'src/tax.ts'],
  candidates: [person('ana'), person('ben'), person('cleo')],
  touches: [],
  owned: [],
  excluded: new Map(),
  now: NOW,
  ...change,
});
const touch = (by: string, days: number, paths = ['src/cart.ts']) => ({ by, atUnixS: daysAgo(days), paths });
const namesOf = (change: Partial<ReviewerFacts>): string[] => decideReviewers(facts(change)).suggested.map(({ handle }) => handle);

test('who changed these files lately comes before who changed them long ago, however often', () => {
  const touches = [touch('ana', 720), touch('ana', 730), touch('ana', 740), touch('ben', 3)];
  expect(namesOf({ touches })).toEqual(['ben', 'ana']);
});

test('who changed more of the files comes first', () => {
  expect(namesOf({ touches: [touch('ana', 3), touch('cleo', 3, ['src/cart.ts', 'src/tax.ts'])] })).toEqual(['cleo', 'ana']);
});

test('nobody is suggested who has nothing to do with the files, however free', () => {
  expect(namesOf({ touches: [touch('ben', 3)] })).toEqual(['ben']);
  const nobody = decideReviewers(facts({}));
  expect(nobody).toMatchObject({ suggested: [], detail: 'Nobody whom Reeve knows owns these files or has changed them.' });
});

test('an owner by CODEOWNERS comes before the author of the last change, with the pattern as reason', () => {
  const owned = ['src/cart.ts', 'src/tax.ts'].map((path) => ({ path, pattern: 'src/', handles: ['cleo'] }));
  const { suggested } = decideReviewers(facts({ touches: [touch('ben', 1)], owned }));
  expect(suggested.map(({ handle }) => handle)).toEqual(['cleo', 'ben']);
  expect(suggested[0]?.reasons).toEqual(['owns 2 of the files by CODEOWNERS (`src/`)', 'nothing waits for them', 'at work now']);
  expect(suggested[1]?.reasons[0]).toBe('changed these files once, last yesterday');
});

test('what the directory of people says counts only for files of which CODEOWNERS does not speak', () => {
  const ana = person('ana', { owns: ['src/**'] });
  expect(namesOf({ candidates: [ana] })).toEqual(['ana']);
  const owned = ['src/cart.ts', 'src/tax.ts'].map((path) => ({ path, pattern: '*', handles: [] }));
  expect(namesOf({ candidates: [ana], owned })).toEqual([]);
});

test('whoever asked for the work or wrote it is never suggested, nor who may not review here; each is told why', () => {
  const answer = decideReviewers(
    facts({
      candidates: [person('ana'), person('ben'), person('cleo', { isAble: false })],
      touches: [touch('ana', 1), touch('ben', 1), touch('cleo', 1)],
      excluded: new Map([
        ['ana', 'asked for the work'],
        ['ben', 'wrote it'],
      ]),
    }),
  );
  expect(answer.suggested).toEqual([]);
  expect(answer.passedOver).toEqual([
    { handle: 'ana', why: 'asked for the work' },
    { handle: 'ben', why: 'wrote it' },
    { handle: 'cleo', why: 'may not review here' },
  ]);
  expect(answer.detail).toBe('Those who know these files asked for the work, wrote it, or may not review here.');
});

test('of two who know the files alike, the one for whom less waits comes first', () => {
  const candidates = [person('ana', { waiting: 4 }), person('ben', { waiting: 1 })];
  const answer = decideReviewers(facts({ candidates, touches: [touch('ana', 1), touch('ben', 1)] }));
  expect(answer.suggested.map(({ handle }) => handle)).toEqual(['ben', 'ana']);
  expect(answer.suggested[0]?.reasons).toContain('1 review waits for them');
});

test('of two who know the files alike, the one who is at work comes first', () => {
  const candidates = [person('ana', { timezone: 'Pacific/Auckland' }), person('ben', { timezone: 'Europe/Berlin' })];
  const answer = decideReviewers(facts({ candidates, touches: [touch('ana', 1), touch('ben', 1)] }));
  expect(answer.suggested.map(({ handle, reasons }) => [handle, reasons.at(-1)])).toEqual([
    ['ben', 'at work now'],
    ['ana', 'at work in about 8 hours'],
  ]);
});

test('on a weekend everybody is away until Monday', () => {
  const { suggested } = decideReviewers(facts({ touches: [touch('ana', 1)], now: new Date('2026-03-07T12:00:00Z') }));
  expect(suggested[0]?.reasons.at(-1)).toBe('at work in about 45 hours');
});

test('two are suggested at most, and a commit of the future counts as one of today', () => {
  const touches = [touch('ana', -4000), touch('ben', 0), touch('cleo', 1)];
  const answer = decideReviewers(facts({ touches }));
  expect(answer.suggested.map(({ handle }) => handle)).toEqual(['ana', 'ben']);
  expect(answer.suggested[0]?.score).toBe(answer.suggested[1]?.score);
});
