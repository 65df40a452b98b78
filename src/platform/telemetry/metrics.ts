import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one process. Asking for a name twice gives the same metric. */
export interface Metrics {
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  /** `buckets` in the unit the name ends with (`_seconds`, `_bytes`). */
  histogram<L extends string>(name: string, help: string, labels?: readonly L[], buckets?: readonly number[]): Histogram<L>;
  /** A histogram whose counts are read from elsewhere: nothing is observed, all of it is set before a scrape. `bounds` ascend. */
  distribution(name: string, help: string, bounds: readonly number[]): Distribution;
  /** Runs before each scrape: set gauges that are read from elsewhere (queue depth). Its failure spoils no scrape. */
  onScrape(collect: () => Promise<void>): void;
  /** The exposition text and its content type. */
  render(): Promise<{ contentType: string; text: string }>;
}

export interface Distribution {
  /** Replaces what was set before. `atMost`: for each bound, how many values were not above it. */
  set(series: ReadonlyArray<{ labels: Readonly<Record<string, string>>; atMost: readonly number[]; count: number; sum: number }>): void;
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
    distribution: (name, help, bounds) => known(name, () => createDistribution(registry, { name, help, bounds })),
    onScrape(collect) {
      collectors.push(collect);
    },
    async render() {
      await Promise.allSettled(collectors.map(async (collect) => collect()));
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** prom-client asks a metric for its samples and prints them; a histogram's are `_bucket` (with `le`), `_sum` and `_count`. */
function createDistribution(registry: Registry, { name, help, bounds }: { name: string; help: string; bounds: readonly number[] }): Distribution {
  let values: Array<{ metricName: string; labels: Record<string, string | number>; value: number }> = [];
  const distribution = {
    name,
    help,
    get: async () => ({ name, help, type: 'histogram', values, aggregator: 'sum' }),
    reset() {
      values = [];
    },
    set(series: Parameters<Distribution['set']>[0]) {
      values = series.flatMap(({ labels, atMost, count, sum }) => [
        ...bounds.map((bound, at) => ({ metricName: `${name}_bucket`, labels: { ...labels, le: bound }, value: atMost[at] ?? 0 })),
        { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ]);
    },
  };
  // A registry asks a metric for its name and its samples, and for nothing else.
  registry.registerMetric(distribution as unknown as Gauge);
  return distribution;
}
