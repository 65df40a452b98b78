import { describe, expect, it } from 'vitest';
import { decideTurnedRed, revertBody, revertTitle, type LineCommit } from './decide.landed.ts';

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

  it('by the check that tells most exactly', () => {
    const line = [at('c', { slow: 'failure', test: 'failure' }), at('b', { test: 'success' }), at('a', { slow: 'success', test: 'success' })];
    expect(decideTurnedRed(line)).toEqual({ red: ['test'], greenAt: 'b', between: ['c'] });
  });

  it.each<[string, LineCommit[]]>([
    ['it is green', [at('c', { test: 'success' }), at('b', { test: 'failure' })]],
    ['the check has not ended', [at('c', { test: 'pending' }), at('b', { test: 'success' })]],
    ['it never was green', [at('c', { test: 'failure' }), at('b', { test: 'failure' }), at('a')]],
    ['another check was green', [at('c', { test: 'failure' }), at('b', { lint: 'success' })]],
    ["the red one is Reeve's own", [at('c', { 'reeve/test': 'failure' }), at('b', { 'reeve/test': 'success' })]],
    ['there is nothing', []],
  ])('is not said where %s', (_, line) => expect(decideTurnedRed(line)).toBeNull());
});

it('people read what turned red, since when, and that it may be flaky', () => {
  const pull = { number: 7, title: 'Round\n totals', mergeSha: 'c'.repeat(40) };
  const facts = { pull, branch: 'main', red: ['test'], greenAt: 'b'.repeat(40), between: [], flaky: 'It may be flaky.' };
  expect(revertTitle(facts)).toBe('Revert "Round totals" (#7)');
  expect(revertBody(facts)).toContain('**test** passed at `bbbbbbbbbb` and failed at `cccccccccc`');
  expect(revertBody(facts)).toContain('\n\nIt may be flaky.\n\n');
});
