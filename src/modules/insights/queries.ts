import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Dimension, MetricAnswer, MetricDefinition, Sample, Window } from './model.ts';
import type { BucketLength, MetricDistribution, MetricSeries, SampleList } from './model.charts.ts';
import { AUTOMATION } from './model.definitions.ts';
import { figuresOf, rowsOf } from './decide.answer.ts';
import { MEASURES } from './decide.automation.ts';
import { readDistribution, readSamples, readSeries, type SampleQuery } from './queries.charts.ts';
import { readIssueFacts } from './queries.facts.ts';
import { METRICS, metricOf } from './queries.samples.ts';

export interface InsightsDeps {
  db: Db;
  clock: Clock;
  /** Harness of an agent as it is configured; null: it is not. */
  harnessOf(agent: string): string | null;
}

export interface MetricQuery {
  /** Null: all projects together. */
  projectId: string | null;
  /** Left out: thirty days before `to`. */
  from?: Date | undefined;
  /** Exclusive. Left out: `asOf`. */
  to?: Date | undefined;
  /** What happened later is not seen. Left out: now. */
  asOf?: Date | undefined;
  by?: Dimension | undefined;
}

export interface Insights {
  definitions(): readonly MetricDefinition[];
  /** AppError not_found for a metric nobody defined, invalid `empty_window` when `from` is not before `to`. */
  metric(id: string, query: MetricQuery): Promise<MetricAnswer>;
  /** Every metric over one reading of the facts. */
  all(query: Omit<MetricQuery, 'by'>): Promise<MetricAnswer[]>;
  /** The figure of each day or week of the window. AppError as `metric`, and invalid `too_many_buckets`. */
  series(id: string, query: MetricQuery & { bucket: BucketLength }): Promise<MetricSeries>;
  /** How the samples of the window are spread. */
  distribution(id: string, query: Omit<MetricQuery, 'by'>): Promise<MetricDistribution>;
  /** What the figure was computed from, and what was left out and why; newest first. */
  samples(id: string, query: Omit<MetricQuery, 'by'> & Omit<SampleQuery, 'projectId' | 'window'>): Promise<SampleList>;
}

const USUAL_DAYS = 30;
const DAY_MS = 86_400_000;

export function createInsights(deps: InsightsDeps): Insights {
  return {
    definitions: () => [...METRICS.values()].map(({ definition }) => definition),
    async metric(id, query) {
      const metric = metricOf(id);
      const window = windowOf(deps, query);
      const samples = await metric.samples(deps, { projectId: query.projectId, window });
      return answerOf(metric.definition, samples, { ...query, window });
    },
    async all(query) {
      const window = windowOf(deps, query);
      const facts = await readIssueFacts(deps, { projectId: query.projectId, from: window.from });
      return AUTOMATION.map((definition) => answerOf(definition, MEASURES[definition.id](facts, window.asOf), { ...query, window }));
    },
    series: (id, { projectId, by, bucket, ...range }) => readSeries(deps, id, { projectId, window: windowOf(deps, range), bucket, by: by ?? null }),
    distribution: (id, { projectId, ...range }) => readDistribution(deps, id, { projectId, window: windowOf(deps, range) }),
    samples: (id, query) => readSamples(deps, id, { ...query, window: windowOf(deps, query) }),
  };
}

function answerOf(
  definition: MetricDefinition,
  samples: readonly Sample[],
  about: Pick<MetricQuery, 'projectId' | 'by'> & { window: Window },
): MetricAnswer {
  const { window, by, projectId } = about;
  return {
    metric: definition,
    projectId,
    window,
    ...figuresOf(definition, samples, window),
    by: by ?? null,
    rows: by === undefined ? null : rowsOf(definition, samples, { window, by }),
  };
}

function windowOf({ clock }: InsightsDeps, query: Pick<MetricQuery, 'from' | 'to' | 'asOf'>): Window {
  const asOf = query.asOf ?? clock.now();
  const to = query.to ?? asOf;
  const from = query.from ?? new Date(to.getTime() - USUAL_DAYS * DAY_MS);
  if (from >= to)
    throw new AppError('invalid', 'A window ends after it begins: from must be before to.', {
      code: 'empty_window',
      detail: { from: from.toISOString(), to: to.toISOString() },
    });
  return { from, to, asOf };
}
