import { describe, expect, it, test } from 'vitest';
import { decideAdmission, decideRaise, decideRunSpend, isWarningDue, poolsFor, sentenceOf, spanOf, worstCaseOf } from './decide.ts';
import type { Pool } from './model.ts';

const pool = (change: Partial<Pool> = {}): Pool => ({
  id: 'project:p:day:2026-03-01',
  scope: 'project',
  projectId: 'p',
  period: 'day',
  startsOn: '2026-03-01',
  endsOn: '2026-03-02',
  capMicros: 100,
  reservedMicros: 40,
  spentMicros: 40,
  lateMicros: 0,
  warnedAt: null,
  ...change,
});
const facts = { stopped: null, pools: [pool()], dispatches: 0, caps: { runMicros: 1000, dispatchesPerHour: 5 } };
const input = (amountMicros: number) => ({ kind: 'run' as const, amountMicros, repositoryId: 'r' });

describe('an admission', () => {
  it('takes the last micro and not one more', () => {
    expect(decideAdmission({ ...facts, input: input(20) })).toEqual({ kind: 'admitted' });
    expect(decideAdmission({ ...facts, input: input(21) })).toMatchObject({ refusal: { why: 'cap' } });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5])('of %d micros is refused', (amount) => {
    expect(decideAdmission({ ...facts, input: input(amount) })).toMatchObject({ kind: 'refused' });
  });

  it('is refused by a pool whose figures are none', () => {
    expect(decideAdmission({ ...facts, pools: [pool({ spentMicros: Number.NaN })], input: input(1) })).toMatchObject({ kind: 'refused' });
  });

  it('that costs nothing passes a cap that is exceeded, but neither a stop nor a full hour', () => {
    const over = [pool({ spentMicros: 500 })];
    expect(decideAdmission({ ...facts, pools: over, input: input(0) })).toEqual({ kind: 'admitted' });
    expect(decideAdmission({ ...facts, dispatches: 5, input: input(0) })).toMatchObject({ refusal: { why: 'rate' } });
    expect(decideAdmission({ ...facts, stopped: { reason: null, by: 'person:ann' }, input: input(0) })).toMatchObject({
      refusal: { why: 'stopped' },
    });
  });
});

describe('what a run counts as', () => {
  const run = { costMicros: 0, tokens: 0, sealed: true, starts: 1 };
  test.each<[string, Partial<typeof run>, number | 'all']>([
    ['what the gateway counted', { costMicros: 7, tokens: 100 }, 7],
    ['told tokens at the assumed price', { tokens: 2_000_000, sealed: false }, 20],
    ['nothing, when it is sealed and asked no model', {}, 0],
    ['all of it, when it is open and nobody counted', { sealed: false }, 'all'],
    ['all of it, when an execution was lost', { costMicros: 7, starts: 2 }, 'all'],
    ['more than it reserved, when that was counted', { costMicros: 80, starts: 2 }, 80],
    ['nothing, when its agent was never started', { starts: 0, sealed: false }, 0],
  ])('%s', (_, change, micros) => {
    expect(decideRunSpend({ ...run, ...change }, 50, 10)).toEqual({ micros });
  });

  it('is reserved at its limit, or at what its tokens can cost', () => {
    expect(worstCaseOf({ costMicros: 5_000_000, tokens: 100_000 }, null)).toBe(5_000_000);
    expect(worstCaseOf({ costMicros: 5_000_000, tokens: 100_000 }, { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 10_000_000 })).toBe(
      1_000_000,
    );
  });
});

describe('periods', () => {
  it('are days and months in UTC, also at the ends of years', () => {
    expect(spanOf('day', '2026-12-31')).toEqual({ startsOn: '2026-12-31', endsOn: '2027-01-01' });
    expect(spanOf('month', '2026-12-31')).toEqual({ startsOn: '2026-12-01', endsOn: '2027-01-01' });
    expect(spanOf('month', '2028-02-29')).toEqual({ startsOn: '2028-02-01', endsOn: '2028-03-01' });
  });

  it('give each reservation its pools in the order of their ids', () => {
    const ids = poolsFor('p', '2026-03-05').map(({ id }) => id);
    expect(ids).toEqual(['installation:month:2026-03-01', 'project:p:day:2026-03-05', 'project:p:month:2026-03-01']);
    expect(ids).toEqual(ids.toSorted());
  });
});

it('people are warned from 80 % on, once', () => {
  expect(isWarningDue(pool({ reservedMicros: 39 }))).toBe(false);
  expect(isWarningDue(pool())).toBe(true);
  expect(isWarningDue(pool({ warnedAt: new Date(0) }))).toBe(false);
  expect(isWarningDue(pool({ capMicros: 0, spentMicros: 0, reservedMicros: 0 }))).toBe(false);
});

it('people are asked for half as much again, or for what the next step needs, in whole dollars', () => {
  const at = { capMicros: 8_000_000, spentMicros: 5_000_000, reservedMicros: 0 };
  expect(decideRaise(at, 5_000_000)).toBe(12_000_000);
  expect(decideRaise(at, 9_500_000)).toBe(15_000_000);
});

it('the sentence of a cap names whose it is, what is gone and what is wanted', () => {
  const given = pool({ capMicros: 8e6, spentMicros: 5e6, reservedMicros: 1e6 });
  expect(sentenceOf({ why: 'cap', pool: given, amountMicros: 5e6 })).toBe(
    'The cap of this project for the day (8.00 USD) is reached: 5.00 USD are spent and 1.00 USD reserved; the next step may cost 5.00 USD.',
  );
});
