import { describe, expect, it } from 'vitest';
import { decideAsked, isAwaited } from './decide.asked.ts';
import type { AskedReview } from './model.asked.ts';

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 1, hour));
const ask = (change: Partial<AskedReview> = {}): AskedReview => ({
  handle: 'zoe',
  pullId: 'pull_1',
  projectId: 'proj_1',
  repositoryId: 'repo_1',
  repository: 'acme/shop',
  number: 1,
  title: 'T',
  url: 'u',
  state: 'open',
  draft: false,
  headSha: 'a',
  askedSha: 'a',
  askedAt: at(1),
  answeredAt: null,
  ...change,
});

describe('a review that somebody was asked for', () => {
  it.each<[string, Partial<AskedReview>, boolean]>([
    ['is waited for until they answer', {}, true],
    ['is not once they reviewed, whatever they said: no forge keeps them on its list', { answeredAt: at(2) }, false],
    ['is not where they were named for an older head', { headSha: 'b' }, false],
    ['is not of a draft', { draft: true }, false],
    ['is not of what is merged', { state: 'merged' }, false],
    ['is not of what is closed', { state: 'closed' }, false],
  ])('%s', (_, change, awaited) => {
    expect(isAwaited(ask(change))).toBe(awaited);
  });

  it('is told for all who were asked: who has answered, when last, and who has not', () => {
    const asks = [ask({ handle: 'ada', answeredAt: at(3) }), ask(), ask({ handle: 'leo', answeredAt: at(2) })];
    expect(decideAsked(asks)).toEqual({ awaited: ['zoe'], answered: ['ada', 'leo'], askedAt: at(1), answeredAt: at(3) });
    expect(decideAsked([ask()])).toEqual({ awaited: ['zoe'], answered: [], askedAt: at(1), answeredAt: null });
  });

  it('is of nobody where nobody was named, or only for an older head', () => {
    expect(decideAsked([])).toBeNull();
    expect(decideAsked([ask({ headSha: 'b' }), ask({ handle: 'ada', headSha: 'b', answeredAt: at(2) })])).toBeNull();
  });
});
