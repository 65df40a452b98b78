import { expect, test } from 'vitest';
import { differenceOf, isCompared, menderOf } from './reread.ts';

test('of what differs in a pull request the weightiest is told: its end, its head, its words', () => {
  const known = { state: 'open', headSha: 'a'.repeat(40), draft: true, title: 'Round' } as const;
  const against = (more: Partial<Parameters<typeof differenceOf>[1]>) => differenceOf(known, { ...known, ...more });
  expect([against({}), against({ title: 'Round totals' }), against({ draft: false })]).toEqual([null, 'edited', 'edited']);
  expect(against({ headSha: 'b'.repeat(40), draft: false })).toBe('head');
  expect([against({ state: 'merged', headSha: 'b'.repeat(40) }), against({ state: 'closed' })]).toEqual(['merged', 'closed']);
});

test('a story under way is only told of an end, and its row is never written for it; without one the row is', () => {
  expect([menderOf(true, 'open'), menderOf(true, 'merged'), menderOf(true, 'closed')]).toEqual(['nobody', 'story', 'story']);
  expect([menderOf(false, 'open'), menderOf(false, 'merged')]).toEqual(['row', 'row']);
});

test('the forge is asked about pull requests of ours in that repository, and about nobody else’s', () => {
  const of = (repositoryId: string, workItemId: string | null) => isCompared({ repositoryId, workItemId }, 'repo_1');
  expect([of('repo_1', 'iss_1'), of('repo_1', null), of('repo_2', 'iss_1')]).toEqual([true, false, false]);
});
