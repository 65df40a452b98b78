import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one process. Asking for a name twice gives the same metric. */
export interface Metrics {
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** `buckets` in the unit the name ends with (`_seconds`, `_bytes`). */
  histogram<L extends string>(name: string, help: string, labels?: readonly L[], buckets?: readonly number[]): Histogram<L>;
  /** Runs before each scrape: set gauges that are read from elsewhere (queue depth). Its failure spoils no scrape. */
  onScrape(collect: () => Promise<void>): void;
  /** The exposition text and its content type. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface MetricsOptions {
  /** Memory, CPU, event-loop delay, garbage collection of this process (`process_*`, `nodejs_*`). */
  processMetrics: boolean;
}

/** From a millisecond to a minute: requests, database calls, workflow steps. */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMetrics(options: MetricsOptions = { processMetrics: true }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const collectors: (() => Promise<void>)[] = [];
  const known = <M>(name: string, make: () => M): M => (registry.getSingleMetric(name) as M | undefined) ?? make();
  return {
    counter: (name, help, labels = []) => known(name, () => new Counter({ name, help, labelNames: labels, registers: [registry] })),
    gauge: (name, help, labels = []) => known(name, () => new Gauge({ name, help, labelNames: labels, registers: [registry] })),
    histogram: (name, help, labels = [], buckets = SECONDS) =>
      known(name, () => new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] })),
    onScrape(collect) {
      collectors.push(collect);
    },
    async render() {
      await Promise.allSettled(collectors.map(async (collect) => collect()));
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
