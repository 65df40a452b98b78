import { describe, expect, it } from 'vitest';
import {
  commitsOfLanding,
  decideTurnedRed,
  greenNow,
  isAwaited,
  needsOlder,
  revertBody,
  revertTitle,
  undecidedComment,
  type LineCommit,
} from './decide.landed.ts';

type Conclusion = LineCommit['checks'][number]['conclusion'];
const at = (commit: string, checks: Record<string, Conclusion> = {}): LineCommit => ({
  commit,
  checks: Object.entries(checks).map(([name, conclusion]) => ({ name, headSha: commit, conclusion, url: null, summary: '' })),
});

describe('a default branch turned red', () => {
  it('with the one commit between the last green and the first red', () => {
    expect(decideTurnedRed([at('c', { test: 'failure' }), at('b', { test: 'success' })])).toEqual({ red: ['test'], greenAt: 'b', between: ['c'] });
  });

  it('with the first that was red, not with what came on top of it', () => {
    const line = [at('d', { test: 'failure' }), at('c', { test: 'failure' }), at('b', { test: 'success' })];
    expect(decideTurnedRed(line)).toEqual({ red: ['test'], greenAt: 'b', between: ['c'] });
  });

  it('with any of those nobody checked', () => {
    const line = [at('d', { test: 'failure' }), at('c'), at('b', { test: 'pending' }), at('a', { test: 'success' })];
    expect(decideTurnedRed(line)).toEqual({ red: ['test'], greenAt: 'a', between: ['d', 'c', 'b'] });
  });

  it('with what was cancelled among those nobody checked, and never as the first that was red', () => {
    const line = [at('d', { test: 'failure' }), at('c', { test: 'cancelled' }), at('b', { test: 'success' })];
    expect(decideTurnedRed(line)).toEqual({ red: ['test'], greenAt: 'b', between: ['d', 'c'] });
  });

  it.each<[string, Record<string, Conclusion>]>([
    ['is still running', { test: 'pending' }],
    ['was cancelled', { test: 'cancelled', lint: 'success' }],
    ['was not begun', {}],
  ])('also where the check %s on the tip', (_, tip) => {
    const line = [at('d', tip), at('c', { test: 'failure' }), at('b', { test: 'success' })];
    expect(decideTurnedRed(line)).toEqual({ red: ['test'], greenAt: 'b', between: ['c'] });
  });

  it('by the check that tells most exactly', () => {
    const line = [at('c', { slow: 'failure', test: 'failure' }), at('b', { test: 'success' }), at('a', { slow: 'success', test: 'success' })];
    expect(decideTurnedRed(line)).toEqual({ red: ['test'], greenAt: 'b', between: ['c'] });
  });

  it.each<[string, LineCommit[]]>([
    ['it is green', [at('c', { test: 'success' }), at('b', { test: 'failure' })]],
    ['the check has not ended', [at('c', { test: 'pending' }), at('b', { test: 'success' })]],
    ['it was cancelled', [at('c', { test: 'cancelled' }), at('b', { test: 'success' })]],
    ['the tip has no such check any more', [at('c', { lint: 'success' }), at('b', { test: 'failure' }), at('a', { test: 'success' })]],
    ['it never was green', [at('c', { test: 'failure' }), at('b', { test: 'failure' }), at('a')]],
    ['another check was green', [at('c', { test: 'failure' }), at('b', { lint: 'success' })]],
    ["the red one is Reeve's own", [at('c', { 'reeve/test': 'failure' }), at('b', { 'reeve/test': 'success' })]],
    ['there is nothing', []],
  ])('is not said where %s', (_, line) => expect(decideTurnedRed(line)).toBeNull());
});

it.each<[string, LineCommit[], boolean]>([
  ['a green tip', [at('c', { test: 'success' })], false],
  ['a tip nobody checked', [at('c')], true],
  ['a check that runs on the tip', [at('c', { test: 'pending', lint: 'success' })], true],
  ['a red one, not seen green', [at('c', { test: 'failure' }), at('b')], true],
  ['a turn that is found', [at('c', { test: 'failure' }), at('b', { test: 'success' })], false],
  ['two that may have done it, and all that is red seen green', [at('d', { test: 'failure' }), at('c'), at('b', { test: 'success' })], false],
])('older commits are looked at behind %s: %o', (_, line, more) => expect(needsOlder(line)).toBe(more));

it('what is green is so by where each check ended last', () => {
  expect([...greenNow([at('d', { test: 'pending' }), at('c', { test: 'failure', lint: 'success' }), at('b', { test: 'success' })])]).toEqual([
    'lint',
  ]);
});

it('a landing has the commits down to where the branch stood before it, where that is known', () => {
  const line = ['e', 'd', 'c', 'b', 'a'];
  expect(commitsOfLanding(line, 'd', 'b')).toEqual(['d', 'c']);
  expect(commitsOfLanding(line, 'd', 'c')).toEqual(['d']);
  for (const base of [null, 'elsewhere', 'e', 'd']) expect(commitsOfLanding(line, 'd', base)).toEqual(['d']);
});

it('whoever may have done it reads that nobody knows, once nothing runs there any more', () => {
  const line = [at('d', { test: 'failure' }), at('c', { test: 'pending' }), at('b', { test: 'success' })];
  const turned = decideTurnedRed(line) ?? { red: [], greenAt: '', between: [] };
  expect(isAwaited(line, turned)).toBe(true);
  expect(isAwaited([at('d', { test: 'failure' }), at('c', { test: 'cancelled' })], turned)).toBe(false);
  expect(undecidedComment({ ...turned, branch: 'main', landings: [7, 8] })).toContain('2 commits lie between the two, those of #7, #8 among them.');
});

it('people read what turned red, since when, and that it may be flaky', () => {
  const pull = { number: 7, title: 'Round\n totals', mergeSha: 'c'.repeat(40) };
  const facts = { pull, branch: 'main', red: ['test'], greenAt: 'b'.repeat(40), between: [], flaky: 'It may be flaky.' };
  expect(revertTitle(facts)).toBe('Revert "Round totals" (#7)');
  expect(revertBody(facts)).toContain('**test** passed at `bbbbbbbbbb` and failed at `cccccccccc`');
  expect(revertBody(facts)).toContain('\n\nIt may be flaky.\n\n');
});
