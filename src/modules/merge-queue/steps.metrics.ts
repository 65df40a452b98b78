import type { Db } from '#platform/db/index.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import { readLandingTimes, readStaleness, readTotals, type QueueTotals } from './store.overview.ts';

/** Seconds from submission to landing: a swap takes one, a verification with a slow suite an hour. */
const LANDING_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600];
/** Commits behind the target; five is the budget. */
const BEHIND = [0, 1, 2, 3, 5, 8, 12, 20, 50];

/**
 * Registers the queue's metrics. All of them are read from the rows at each scrape: they survive restarts, and every process of
 * an installation tells the same (take one of them, do not add them up).
 */
export function registerQueueMetrics({ db, metrics }: { db: Db; metrics: Metrics }): void {
  const landed = metrics.counter('reeve_queue_landed_total', 'Change requests that landed.', ['repository', 'target', 'project', 'rung']);
  const states = metrics.gauge('reeve_queue_entries', 'Change requests by state.', ['state']);
  const quarantines = metrics.counter('reeve_queue_quarantines_total', 'Change requests set aside, by reason.', ['reason']);
  const conflicts = metrics.counter('reeve_queue_conflicts_total', 'Conflicts that no rung of the ladder settled.');
  const retries = metrics.counter('reeve_queue_retries_total', 'Steps tried again after a fault, or because a person asked.');
  const depth = metrics.gauge('reeve_queue_depth', 'Change requests that are not ended.', ['repository', 'target']);
  const oldest = metrics.gauge('reeve_queue_oldest_seconds', 'Age of the oldest change request that is not ended.', ['repository', 'target']);
  const runs = metrics.counter('reeve_queue_verifications_total', 'Runs of the checks on a tree.', ['outcome']);
  const spent = metrics.counter('reeve_queue_verification_seconds_total', 'Seconds spent on checks.', ['outcome']);
  const perLanding = metrics.gauge('reeve_queue_verification_seconds_per_landing', 'Seconds of checks for each change request that landed.');
  const took = metrics.distribution('reeve_queue_time_to_land_seconds', 'Seconds from submission to landing.', LANDING_S);
  const behind = metrics.distribution('reeve_queue_staleness_commits', 'Commits a change was behind its target when it was submitted.', BEHIND);

  metrics.onScrape(async () => {
    const [totals, times, staleness] = await Promise.all([readTotals(db), readLandingTimes(db, LANDING_S), readStaleness(db, BEHIND)]);
    for (const metric of [landed, states, quarantines, conflicts, retries, depth, oldest, runs, spent]) metric.reset();
    for (const row of totals.landed)
      landed.inc({ repository: row.repositoryId, target: row.target, project: row.projectId, rung: row.rung ?? '' }, row.count);
    for (const row of totals.states) states.set({ state: row.state }, row.count);
    for (const row of totals.quarantines) quarantines.inc({ reason: row.reason }, row.count);
    conflicts.inc(totals.conflicts);
    retries.inc(totals.retries);
    for (const row of totals.depth) {
      depth.set({ repository: row.repositoryId, target: row.target }, row.count);
      oldest.set({ repository: row.repositoryId, target: row.target }, row.oldestSeconds);
    }
    for (const row of totals.verifications) {
      runs.inc({ outcome: row.outcome }, row.count);
      spent.inc({ outcome: row.outcome }, row.seconds);
    }
    perLanding.set(secondsPerLanding(totals));
    took.set(times);
    behind.set(staleness);
  });
}

function secondsPerLanding({ landed, verifications }: QueueTotals): number {
  const landings = landed.reduce((sum, { count }) => sum + count, 0);
  return landings === 0 ? 0 : verifications.reduce((sum, { seconds }) => sum + seconds, 0) / landings;
}
