import type { Db } from '#platform/db/index.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import { readLatency, readOverrides } from './store.report.ts';

/** From a click to a week. */
const LATENCY_MS = [1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 28_800_000, 86_400_000, 259_200_000, 604_800_000];

/** Read from the rows at each scrape, so that they survive restarts; every process tells the same. */
export function registerApprovalMetrics({ db, metrics }: { db: Db; metrics: Metrics }): void {
  const latency = metrics.distribution('approval_latency_ms', 'Milliseconds from asking people to their decision.', LATENCY_MS);
  const rate = metrics.gauge('approval_override_rate', 'Share of decisions in which people declined or changed what was proposed; 0 to 1.');
  metrics.onScrape(async () => {
    const [times, overrides] = await Promise.all([readLatency(db, LATENCY_MS), readOverrides(db)]);
    latency.set([{ labels: {}, ...times }]);
    rate.set(overrides.decided === 0 ? 0 : overrides.overridden / overrides.decided);
  });
}
