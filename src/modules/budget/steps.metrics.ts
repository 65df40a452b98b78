import type { Db } from '#platform/db/index.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import { MICROS_PER_USD, type Pool, type Refusal } from './model.ts';
import { readPools, today } from './store.ts';

const LABELS = ['scope', 'project', 'period'] as const;

/** Money as it stands, read from the rows at each scrape: every process tells the same. A pool shows once something began in its period. */
export function registerBudgetMetrics({ db, metrics }: { db: Db; metrics: Metrics }): void {
  const cap = metrics.gauge('reeve_budget_cap_usd', 'Cap of the current period, in USD.', LABELS);
  const spent = metrics.gauge('reeve_budget_spent_usd', 'Spent in the current period, in USD.', LABELS);
  const reserved = metrics.gauge('reeve_budget_reserved_usd', 'Reserved for what is under way, in USD.', LABELS);
  const left = metrics.gauge('reeve_budget_left_ratio', 'Part of the cap that is neither spent nor reserved; 0 to 1.', LABELS);
  metrics.onScrape(async () => {
    const pools = await readPools(db, { day: await today(db), projectId: null });
    for (const gauge of [cap, spent, reserved, left]) gauge.reset();
    for (const pool of pools) {
      const labels = labelsOf(pool);
      cap.set(labels, pool.capMicros / MICROS_PER_USD);
      spent.set(labels, pool.spentMicros / MICROS_PER_USD);
      reserved.set(labels, pool.reservedMicros / MICROS_PER_USD);
      left.set(labels, pool.capMicros === 0 ? 0 : Math.max(0, pool.capMicros - pool.spentMicros - pool.reservedMicros) / pool.capMicros);
    }
  });
}

const labelsOf = ({ scope, projectId, period }: Pool): Record<(typeof LABELS)[number], string> => ({ scope, project: projectId ?? '', period });

/** Counts what the budget did not let begin. No row is kept of a refusal, so this counts those of one process since its start. */
export function createRefusalCounter(metrics: Metrics): (refusal: Refusal) => void {
  const counter = metrics.counter('reeve_budget_refusals_total', 'Reservations this process refused since its start, by reason.', ['reason']);
  for (const reason of ['stopped', 'run_cap', 'rate', 'cap'] as const satisfies ReadonlyArray<Refusal['why']>) counter.inc({ reason }, 0);
  return ({ why }) => counter.inc({ reason: why });
}
