import { expect, test } from 'vitest';
import { decideHelp, isBot, quietInMs, isFollowed } from './decide.people.ts';
import type { HelpFacts } from './model.people.ts';

const facts = (change: Partial<HelpFacts> = {}): HelpFacts => ({
  kind: 'pull.opened',
  repository: 'acme/shop',
  settings: { people_pulls: 'on' },
  author: 'dora',
  isOurs: false,
  draft: false,
  state: 'open',
  headSha: 'b',
  known: null,
  ...change,
});
const known = (change: Partial<NonNullable<HelpFacts['known']>> = {}) => ({ reviewedSha: 'a', endedAs: null, ...change });

test('a person’s pull request is helped where the project or the repository opted in, and nowhere else', () => {
  expect(decideHelp(facts())).toBe('want');
  expect(decideHelp(facts({ settings: { people_pulls: 'off' } }))).toBe('ignore');
  expect(decideHelp(facts({ settings: { people_pulls: ['Acme/Shop'] } }))).toBe('want');
  expect(decideHelp(facts({ settings: { people_pulls: ['acme/other'] } }))).toBe('ignore');
});

test('neither Reeve’s own nor a bot’s nor a draft is helped', () => {
  expect(decideHelp(facts({ isOurs: true }))).toBe('ignore');
  expect(decideHelp(facts({ author: 'renovate[bot]' }))).toBe('ignore');
  expect(decideHelp(facts({ author: 'ghost' }))).toBe('ignore');
  expect(decideHelp(facts({ draft: true }))).toBe('ignore');
  // Made ready it comes again as edited.
  expect(decideHelp(facts({ kind: 'pull.edited' }))).toBe('want');
  expect([isBot('dora'), isBot('dependabot[BOT]')]).toEqual([false, true]);
});

test('new commits are looked at; a head that was looked at is not, whatever else is said about it', () => {
  expect(decideHelp(facts({ kind: 'pull.synchronized', known: known() }))).toBe('want');
  expect(decideHelp(facts({ kind: 'pull.synchronized', known: known({ reviewedSha: 'b' }) }))).toBe('ignore');
  expect(decideHelp(facts({ kind: 'pull.labeled', known: known() }))).toBe('ignore');
  expect(decideHelp(facts({ kind: 'pull.reviewed', known: known() }))).toBe('ignore');
});

test('the end is noted once, also where the project opted out meanwhile; opened again it goes on', () => {
  const over = { kind: 'pull.merged', state: 'merged', settings: { people_pulls: 'off' } } as const;
  expect(decideHelp(facts({ ...over, known: known() }))).toBe('end');
  expect(decideHelp(facts({ ...over, known: known({ endedAs: 'merged' }) }))).toBe('ignore');
  expect(decideHelp(facts({ ...over, known: null }))).toBe('ignore');
  expect(decideHelp(facts({ kind: 'pull.reopened', known: known({ endedAs: 'closed' }) }))).toBe('want');
});

test('where a person said stop, or the head is a fork’s, new commits change nothing', () => {
  for (const endedAs of ['stopped', 'fork'] as const)
    expect(decideHelp(facts({ kind: 'pull.synchronized', known: known({ endedAs }) }))).toBe('ignore');
});

test('a change is quiet when nothing was added for the while the project says', () => {
  const at = new Date('2026-03-04T12:00:00Z');
  expect(quietInMs(at, new Date('2026-03-04T12:00:30Z'), 120)).toBe(90_000);
  expect(quietInMs(at, new Date('2026-03-04T12:05:00Z'), 120)).toBe(0);
});

test('the row of a pull request that is not ours is kept up to date, and not opened again by what is told late', () => {
  const told = { kind: 'pull.edited', isOurs: false, optedOut: false, state: 'open', rowState: null } as const;
  expect(isFollowed(told)).toBe(true);
  expect(isFollowed({ ...told, isOurs: true })).toBe(false);
  expect(isFollowed({ ...told, optedOut: true })).toBe(false);
  expect(isFollowed({ ...told, rowState: 'merged' })).toBe(false);
  expect(isFollowed({ ...told, rowState: 'closed', kind: 'pull.reopened' })).toBe(true);
  expect(isFollowed({ ...told, rowState: 'open', state: 'merged' })).toBe(true);
});
