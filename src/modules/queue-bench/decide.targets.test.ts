import { expect, test } from 'vitest';
import { shareOf, spreadOf } from './decide.statistics.ts';
import { decideTargets, interval, isVoid } from './decide.targets.ts';
import type { RepositoryReport, StaleReport, ThroughputReport, WindowReport } from './model.ts';

const EMPTY: RepositoryReport = {
  facts: { name: 'acme/agent-orchestrator', head: 'a', files: 500, mainline: 10, pullHeads: 5, mergeCommits: 0 },
  t0: null,
  t1: null,
  t2: null,
  t3: null,
  throughput: null,
  failed: [],
};
const backtest = (hits: number) => ({ identical: shareOf(hits, 1000), refused: {}, seconds: 1, differing: [] });
const stale = (ladder: number, wrong: number): StaleReport => ({
  k: 20,
  plain: shareOf(49, 100),
  ladder: shareOf(ladder, 100),
  byRung: { R0: 20, R1: 29, R2: 5, R3: 11 },
  effectLost: 0,
  conflicts: 0,
  wrong: shareOf(wrong, ladder),
  gitDiffers: shareOf(0, ladder),
  wrongExamples: [],
  alreadyLanded: 0,
});
const states = (report: Partial<RepositoryReport>): string[] => decideTargets([{ ...EMPTY, ...report }]).map(({ state }) => state);

test('a run is void below 99.5 % identical trees, whatever else it measured', () => {
  expect(isVoid([{ ...EMPTY, t0: backtest(995) }])).toBe(false);
  expect(isVoid([{ ...EMPTY, t0: backtest(994) }])).toBe(true);
  expect(isVoid([EMPTY])).toBe(false);
  expect(isVoid([{ ...EMPTY, failed: [{ part: 't0', error: 'no disk' }] }])).toBe(true);
  expect(isVoid([{ ...EMPTY, failed: [{ part: 't3', error: 'no disk' }] }])).toBe(false);
  expect([states({ t0: backtest(995) }), states({ t0: backtest(994) })]).toEqual([['met'], ['missed']]);
});

test('stale changes: the share landed at K=20, and what landed wrong anywhere', () => {
  const t1 = (ladder: number, wrong: number) => ({
    sets: [{ source: 'pull_heads' as const, candidates: 100, transplanted: null, byK: [stale(ladder, wrong)] }],
    truth: null,
    amTried: null,
    cherryTried: null,
    seconds: 1,
  });
  expect(states({ t1: t1(65, 0) })).toEqual(['met', 'met']);
  expect(states({ t1: t1(64, 1) })).toEqual(['missed', 'missed']);
});

test('one window that differs is one too many', () => {
  const window = (identical: number): WindowReport => ({
    k: 5,
    windows: 1,
    orders: 3,
    decomposable: shareOf(5, 5),
    landed: shareOf(15, 15),
    byRung: { R0: 15, R1: 0, R2: 0, R3: 0 },
    complete: 3,
    identical: shareOf(identical, 3),
    filesIdentical: shareOf(0, 0),
    mismatches: [],
  });
  expect([states({ t2: [window(3)] }), states({ t2: [window(2)] })]).toEqual([['met'], ['missed']]);
});

test('the rate of the queue on its database is what counts, beside git am in the same run', () => {
  const nothing = spreadOf([]);
  const measured = (queue: number[], am: number, files: number): ThroughputReport => ({
    changes: 20,
    files,
    endToEnd: spreadOf(queue),
    split: { git: 0.002, database: 0.001, rest: 0.001 },
    landing: nothing,
    kernel: spreadOf([1000]),
    am: spreadOf([am]),
    cherryPick: nothing,
    amApplied: shareOf(1, 1),
    cherryApplied: shareOf(1, 1),
    kernelLanded: shareOf(1, 1),
    queueLanded: shareOf(1, 1),
    profile: {},
    failed: null,
  });
  expect(states({ throughput: measured([300], 30, 486) })).toEqual(['met', 'met']);
  expect(states({ throughput: measured([200], 30, 486) })).toEqual(['missed', 'missed']);
  expect(states({ throughput: measured([200], 20, 4000) })).toEqual(['met', 'met']);
  expect(states({ throughput: measured([], 20, 4000) })).toEqual(['not_measured', 'not_measured']);
});

test('a share is told with its interval and its counts', () => {
  expect(interval(shareOf(1, 4))).toBe('25.0 % (4.6-69.9; 1 of 4)');
  expect(interval(shareOf(0, 0))).toBe('nothing to count');
});
