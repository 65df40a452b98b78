import type { Db } from '#platform/db/index.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import { countByMode } from './store.metrics.ts';

/** Read from the rows at each scrape, so that it survives restarts; every process tells the same. */
export function registerActionMetrics({ db, metrics }: { db: Db; metrics: Metrics }): void {
  const counts = metrics.gauge('auto_vs_hitl_counts', 'Actions the policy let run by itself (auto), asked people about (hitl), or denied.', ['mode']);
  metrics.onScrape(async () => {
    const { auto, hitl, denied } = await countByMode(db);
    counts.set({ mode: 'auto' }, auto);
    counts.set({ mode: 'hitl' }, hitl);
    counts.set({ mode: 'denied' }, denied);
  });
}
