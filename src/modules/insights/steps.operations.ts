import type { Clock } from '#kernel/clock.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import type { InsightMetricsDeps } from './steps.metrics.ts';
import { createSparing } from './steps.sparing.ts';
import { readOperations, readTallies } from './store.operations.ts';

const ENDED = new Set(['succeeded', 'failed', 'cancelled']);

/** What whoever runs an installation must know, read from the rows at each scrape: every process tells the same. */
export function registerOperationsMetrics(deps: InsightMetricsDeps): void {
  registerTallies(deps);
  const { db, metrics } = deps;
  const waiting = metrics.gauge('reeve_approvals_waiting', 'Approvals that wait for people.', ['kind']);
  const oldest = metrics.gauge('reeve_approvals_oldest_seconds', 'Age of the approval that waits longest.', ['kind']);
  const pending = metrics.gauge('reeve_outbox_pending', 'Events that are written and not delivered inside yet.');
  const lag = metrics.gauge('reeve_outbox_oldest_seconds', 'Age of the oldest event that is not delivered inside yet; 0 when there is none.');
  const stories = metrics.gauge('reeve_stories_active', 'Stories of issues and requests under way.');
  const entries = metrics.counter('reeve_ledger_entries_total', 'Entries of the ledger.');
  const age = metrics.gauge('reeve_ledger_checkpoint_age_seconds', 'Age of the newest checkpoint of the ledger; absent before the first.');
  const behind = metrics.gauge('reeve_ledger_place_behind', 'Checkpoints that a place outside does not have yet.', ['place']);

  metrics.onScrape(async () => {
    const now = await readOperations(db);
    for (const metric of [waiting, oldest, entries, age, behind]) metric.reset();
    for (const { kind, count, oldestSeconds } of now.approvals) {
      waiting.set({ kind }, count);
      oldest.set({ kind }, oldestSeconds);
    }
    pending.set(now.outbox.pending);
    lag.set(now.outbox.oldestSeconds);
    stories.set(now.stories);
    entries.inc(now.ledger.entries);
    if (now.ledger.checkpointAgeSeconds === null) age.remove();
    else age.set(now.ledger.checkpointAgeSeconds);
    for (const { place, behind: missing } of now.places) behind.set({ place }, missing);
  });
}

/** What is counted over whole tables, and therefore not at each scrape where that takes long. */
function registerTallies({ db, clock, metrics, harnessOf }: InsightMetricsDeps): void {
  const received = metrics.counter('reeve_webhook_events_total', 'Deliveries of forges that were acknowledged and stored, each once.', ['source']);
  const last = metrics.gauge('reeve_webhook_last_timestamp_seconds', 'When the last delivery was stored, in Unix time.', ['source']);
  const runs = metrics.counter('reeve_agent_runs_total', 'Runs of agents that ended, by how; `failure` says why one failed.', [
    'agent',
    'harness',
    'role',
    'end',
    'failure',
  ]);
  const active = metrics.gauge('reeve_agent_runs_active', 'Runs of agents that have not ended.', ['agent', 'harness', 'state']);
  const read = createSparing(clock, async () => {
    const now = await readTallies(db);
    for (const metric of [received, last, runs, active]) metric.reset();
    for (const { source, count, lastAt } of now.webhooks) {
      received.inc({ source }, count);
      last.set({ source }, lastAt);
    }
    for (const { agent, role, state, failure, count } of now.runs) {
      const harness = harnessOf(agent) ?? 'unknown';
      if (ENDED.has(state)) runs.inc({ agent, harness, role, end: state, failure }, count);
      else active.inc({ agent, harness, state }, count);
    }
  });
  metrics.onScrape(read);
}

interface ForgeLimit {
  credential: string;
  resource: string;
  limit: number;
  remaining: number;
  /** When all of it is there again. */
  resetsAt: Date;
}

/**
 * What a forge said of its limit beside its last answer, by credential; of this process alone. What it said of a period that is over is told no
 * more: nobody knows what is left until it is asked again.
 */
export function createForgeLimits({ metrics, clock }: { metrics: Metrics; clock: Clock }, forge: string): (limit: ForgeLimit) => void {
  const labels = ['forge', 'credential', 'resource'] as const;
  const limits = metrics.gauge('reeve_forge_rate_limit', 'Calls a forge allows in its period, as it said last; absent when that is over.', labels);
  const left = metrics.gauge('reeve_forge_rate_limit_remaining', 'Calls that are left of reeve_forge_rate_limit, as the forge said last.', labels);
  const told = new Map<string, ForgeLimit>();
  metrics.onScrape(async () => {
    const now = clock.now();
    for (const [key, { credential, resource, resetsAt }] of told) {
      if (resetsAt > now) continue;
      for (const gauge of [limits, left]) gauge.remove({ forge, credential, resource });
      told.delete(key);
    }
  });
  return (limit) => {
    const { credential, resource, remaining } = limit;
    told.set(`${credential} ${resource}`, limit);
    limits.set({ forge, credential, resource }, limit.limit);
    left.set({ forge, credential, resource }, remaining);
  };
}
