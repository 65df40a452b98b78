import { expect, test } from 'vitest';
import { deedsOf } from './deeds.ts';

const ORDER = ['viewer', 'developer', 'maintainer'];
const as = (role: string) => (needed: string) => ORDER.indexOf(role) >= ORDER.indexOf(needed);
const issue = (state: string, under_way: boolean) => ({ state: state as 'new', under_way, repository_id: 'repo_1' });

test.each([
  ['a viewer only looks', 'viewer', 'new', false, []],
  ['a developer starts, asks and assigns', 'developer', 'new', false, ['ask', 'start', 'assign']],
  ['what runs is stopped and set aside by a maintainer alone', 'developer', 'in_progress', true, ['assign']],
  ['a maintainer stops it', 'maintainer', 'in_progress', true, ['ask', 'stop', 'assign']],
  ['a plan that waits is asked about by developers too', 'developer', 'awaiting_approval', true, ['ask', 'assign']],
  ['a failure is tried again', 'developer', 'failed', false, ['ask', 'start', 'assign']],
  ['what has ended is started again by a maintainer alone', 'maintainer', 'declined', false, ['start_again']],
  ['and not by a developer', 'developer', 'merged', false, []],
] as const)('%s', (_, role, state, underWay, deeds) => {
  expect(deedsOf(issue(state, underWay), as(role))).toEqual(deeds);
});

test('work without a repository cannot be started', () => {
  expect(deedsOf({ ...issue('new', false), repository_id: null }, as('maintainer'))).not.toContain('start');
});
