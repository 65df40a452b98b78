import { describe, expect, it, test } from 'vitest';
import { assess, isHeldBack, judge, nextStage, wilson } from './decide.ts';
import type { Deed, Evidence, Stage } from './model.ts';

const facts = { stage: 'non_critical' as Stage, tier: 'standard', corePaths: ['src/pay/**'], scopes: ['src/web/**'] };
const evidence = (agreed: number, disagreed: number, days = 30): Evidence => ({ agreed, disagreed, open: 0, days, byKind: [] });
const needed = { agreement: 0.8, decisions: 20, days: 7 };

describe('what is only recorded', () => {
  test.each<[string, Partial<typeof facts>, boolean]>([
    ['everything in shadow', { stage: 'shadow', tier: 'sandbox', corePaths: [] }, true],
    ['nothing in core, whatever the tier', { stage: 'core', tier: 'core', scopes: ['src/pay/x.ts'] }, false],
    ['what is not critical goes through', {}, false],
    ['a repository of tier core', { tier: 'core' }, true],
    ['a repository nobody knows', { tier: null as never }, true],
    ['a file of the core paths', { scopes: ['src/web/**', 'src/pay/card.ts'] }, true],
    ['a scope that may reach a core path', { scopes: ['**'] }, true],
    ['a stage nobody knows', { stage: 'later' as never }, true],
  ])('%s', (_, change, held) => {
    expect(isHeldBack({ ...facts, ...change })).toBe(held);
  });

  it('follows the stages in their order and ends with core', () => {
    expect([nextStage('shadow'), nextStage('non_critical'), nextStage('core')]).toEqual(['non_critical', 'core', null]);
  });
});

describe("Wilson's interval", () => {
  // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is what the literature prints', (hits, of, low, high) => {
    const interval = wilson(hits, of);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it('is none for no trials and for figures that are none', () => {
    for (const [hits, of] of [
      [0, 0],
      [2, 1],
      [-1, 3],
      [1, Number.NaN],
    ] as const)
      expect(wilson(hits, of)).toBeNull();
  });
});

describe('a stage may be left', () => {
  it('when agreement, number and days all suffice', () => {
    expect(assess(evidence(30, 0), needed).ready).toBe(true);
  });

  test.each<[string, Evidence, string]>([
    ['too few decisions', evidence(16, 0), 'decisions: 16 of 20 judged ones'],
    ['too wide an interval', evidence(18, 2), 'agreement: 18 of 20 agreed, 95 % interval from 69.9 %; 80.0 % is needed'],
    ['too short a time', evidence(30, 0, 2.25), 'days: 2.2 of 7 in this stage'],
    ['nothing judged', evidence(0, 0), 'agreement: nothing was judged yet; 80.0 % is needed'],
    ['a number that is none', evidence(30, 0, Number.NaN), 'days: NaN of 7 in this stage'],
  ])('not with %s, and the numbers are named', (_, given, sentence) => {
    const assessment = assess(given, needed);
    expect(assessment.ready).toBe(false);
    expect(assessment.criteria.filter(({ met }) => !met).map((one) => one.sentence)).toContain(sentence);
  });
});

describe('what people did, held against what Reeve would have done', () => {
  const issue = (state: 'open' | 'closed', closeReason: string | null, labels: string[] = [], assignees: string[] = []): Deed => ({
    actor: 'ann',
    kind: 'issue.closed',
    issue: { state, closeReason, labels, assignees },
    pull: null,
  });
  const pull = (state: 'open' | 'merged' | 'closed'): Deed => ({ actor: 'ann', kind: 'pull', issue: null, pull: state });
  test.each<[string, Record<string, unknown>, Deed, 'agreed' | 'disagreed' | null]>([
    ['issue.label', { add: ['Bug'], remove: [] }, issue('open', null, ['bug', 'ui']), 'agreed'],
    ['issue.label', { add: ['bug'], remove: ['ui'] }, issue('open', null, ['bug', 'ui']), null],
    ['issue.label', { add: ['bug'] }, issue('closed', 'completed', ['feature']), 'disagreed'],
    ['issue.close', { reason: 'duplicate' }, issue('closed', 'duplicate'), 'agreed'],
    ['issue.close', { reason: 'duplicate' }, issue('closed', 'completed'), 'disagreed'],
    ['issue.close', { reason: 'duplicate' }, issue('open', null), null],
    ['issue.assign', { assignees: ['ann'] }, issue('open', null, [], ['ann']), 'agreed'],
    ['plan.approve', {}, issue('closed', 'completed'), 'agreed'],
    ['plan.approve', {}, issue('closed', 'not_planned'), 'disagreed'],
    ['pr.merge', {}, pull('merged'), 'agreed'],
    ['pr.merge', {}, pull('closed'), 'disagreed'],
    ['pr.merge', {}, pull('open'), null],
    ['issue.comment.plan', {}, issue('closed', 'completed'), null],
  ])('%s %j', (kind, would, deed, verdict) => {
    expect(judge({ kind, would: would as never }, deed)).toBe(verdict);
  });
});
