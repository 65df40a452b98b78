import { decideAfterFailure, decideAttribution, nextBatchLimit, planBuilds } from '#modules/queue-schedule/index.ts';
import { decideAfterPass } from '#modules/merge-queue/index.ts';
import { createBatch, createSerial, createWindow } from './decide.policies.ts';
import { createReeve } from './decide.policies.reeve.ts';
import { simulate, type CreatePolicy, type Load } from './decide.simulator.ts';
import { POLICIES, type LoadReport, type PolicyName } from './model.ts';

/** As many runs at once as the widest baseline needs, so that no policy wins by having more machines. */
const RUNNERS = 20;

const DECISIONS = { planBuilds, nextBatchLimit, decideAfterFailure, decideAfterPass, decideAttribution };

const CREATE: Record<PolicyName, CreatePolicy> = {
  reeve: createReeve(DECISIONS, { lanes: RUNNERS, mostBatch: 8 }),
  serial: createSerial,
  'batch-5-bisect': createBatch,
  'window-20': createWindow,
};

/** What every load has in common: checks of ten minutes, twelve hours, a repository of thirty areas. */
const COMMON: Omit<Load, 'seed' | 'failing' | 'arrivalsPerHour'> = {
  flakes: 0.02,
  interacting: 0.01,
  hours: 12,
  minutesPerRun: 10,
  areas: 30,
  conflicting: 0.2,
  runners: RUNNERS,
};

const FAILING = [0.05, 0.1, 0.25];
const ARRIVALS = [6, 60];

/** T4: the production decisions and three baselines under the same loads, on a virtual clock. */
export function runLoads(plan: { seed: number; progress(line: string): void }): LoadReport[] {
  const loads = ARRIVALS.flatMap((arrivalsPerHour) => FAILING.map((failing) => ({ failing, arrivalsPerHour })));
  return loads.flatMap((load) => {
    plan.progress(`t4: ${load.arrivalsPerHour} arrivals an hour, ${load.failing * 100} % failing`);
    return POLICIES.map((policy) => simulate({ ...COMMON, ...load, seed: plan.seed }, policy, CREATE[policy]));
  });
}
