import { expect, test } from 'vitest';
import { decideAfterFailure, decideAttribution, nextBatchLimit, planBuilds } from '#modules/queue-schedule/index.ts';
import { decideAfterPass } from '#modules/merge-queue/index.ts';
import { createBatch, createSerial, createWindow } from './decide.policies.ts';
import { createReeve } from './decide.policies.reeve.ts';
import { simulate, type CreatePolicy, type Load } from './decide.simulator.ts';
import type { LoadReport, PolicyName } from './model.ts';

const LOAD: Load = {
  seed: 1,
  failing: 0.1,
  flakes: 0.02,
  interacting: 0.02,
  arrivalsPerHour: 20,
  hours: 6,
  minutesPerRun: 10,
  areas: 5,
  conflicting: 0.3,
  runners: 20,
};

const CREATE: Record<PolicyName, CreatePolicy> = {
  reeve: createReeve({ planBuilds, nextBatchLimit, decideAfterFailure, decideAfterPass, decideAttribution }, { lanes: 20, mostBatch: 8 }),
  serial: createSerial,
  'batch-5-bisect': createBatch,
  'window-20': createWindow,
};
const POLICIES = Object.keys(CREATE) as PolicyName[];
const run = (policy: PolicyName, more: Partial<Load> = {}): LoadReport => simulate({ ...LOAD, ...more }, policy, CREATE[policy]);
const submittedOf = ({ landed, refused, waiting }: LoadReport): number => landed + refused + waiting;

test.each(POLICIES)('%s gives the same report for the same load', (policy) => {
  expect(run(policy)).toEqual(run(policy));
  expect(run(policy, { seed: 2 })).not.toEqual(run(policy));
});

test('every submitted change ends once or is still waiting, under every policy', () => {
  const totals = POLICIES.map((policy) => submittedOf(run(policy)));
  expect(new Set(totals).size).toBe(1);
  expect(totals[0]).toBeGreaterThan(80);
});

test.each(POLICIES)('%s lands no change that fails, and refuses none that is right when nothing flakes', (policy) => {
  const report = run(policy, { flakes: 0, interacting: 0, failing: 0.25 });
  expect(report.culpritsLanded).toBe(0);
  expect(report.innocentsRefused).toBe(0);
  expect(report.landed).toBeGreaterThan(0);
  expect(report.refused).toBeGreaterThan(0);
});

test('without failures one at a time costs one run each, and six an hour is all it can land', () => {
  const report = run('serial', { failing: 0, flakes: 0, interacting: 0, arrivalsPerHour: 60 });
  expect(report.landedPerHour).toBeLessThanOrEqual(6);
  expect(report.landedPerHour).toBeGreaterThan(5.5);
  expect(report.ciRunsPerLanding).toBeLessThan(1.1);
});

test('batches save runs where little fails and lose against one at a time where a quarter does', () => {
  const overload = { arrivalsPerHour: 30, interacting: 0, flakes: 0, hours: 24 };
  expect(run('batch-5-bisect', { ...overload, failing: 0.02 }).landedPerHour).toBeGreaterThan(
    2 * run('serial', { ...overload, failing: 0.02 }).landedPerHour,
  );
  expect(run('batch-5-bisect', { ...overload, failing: 0.25 }).landedPerHour).toBeLessThan(
    1.2 * run('serial', { ...overload, failing: 0.25 }).landedPerHour,
  );
});

test('nothing lands faster than its checks take', () => {
  for (const policy of POLICIES) for (const { value } of run(policy).minutesToLand) expect(value).toBeGreaterThanOrEqual(10 - 1e-9);
});
