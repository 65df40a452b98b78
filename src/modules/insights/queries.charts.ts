import { AppError } from '#kernel/errors.ts';
import { figuresOf } from './decide.answer.ts';
import { bucketCount, seriesOf, splitSeries } from './decide.buckets.ts';
import { binsOf } from './decide.distribution.ts';
import type { BucketLength, MetricDistribution, MetricSeries, NamedSample, SampleList } from './model.charts.ts';
import type { Dimension, Sample, Window } from './model.ts';
import type { FactsDeps } from './queries.facts.ts';
import { metricOf } from './queries.samples.ts';
import { namesOf } from './store.names.ts';

/** Days of a year and a bit: longer windows are asked for by weeks. */
const MOST_BUCKETS = 400;

/** What every chart is asked by; the window is already whole. */
export interface ChartQuery {
  projectId: string | null;
  window: Window;
}

export async function readSeries(
  deps: FactsDeps,
  id: string,
  query: ChartQuery & { bucket: BucketLength; by: Dimension | null },
): Promise<MetricSeries> {
  const { definition, samples: read } = metricOf(id);
  const { projectId, window, bucket, by } = query;
  const count = bucketCount(window, bucket);
  if (count > MOST_BUCKETS)
    throw new AppError('invalid', `This window has ${count} ${bucket}s; a series has ${MOST_BUCKETS} points at most.`, {
      code: 'too_many_buckets',
      hint: 'Ask for weeks, or for a shorter window.',
    });
  const samples = await read(deps, { projectId, window });
  const split = by === null ? { rows: null, rowsLeftOut: 0 } : splitSeries(definition, samples, { window, bucket, by });
  const { evidence: _, evidenceLeftOut: __, ...figures } = figuresOf(definition, samples, window);
  return { metric: definition, projectId, window, ...figures, bucket, by, buckets: seriesOf(definition, samples, window, bucket), ...split };
}

export async function readDistribution(deps: FactsDeps, id: string, { projectId, window }: ChartQuery): Promise<MetricDistribution> {
  const { definition, samples: read } = metricOf(id);
  const samples = await read(deps, { projectId, window });
  const { evidence: _, evidenceLeftOut: __, ...figures } = figuresOf(definition, samples, window);
  const numbers = within(samples, window)
    .flatMap(({ value }) => (value === null ? [] : [value]))
    .toSorted((a, b) => a - b);
  return {
    metric: definition,
    projectId,
    window,
    ...figures,
    least: numbers[0] ?? null,
    most: numbers.at(-1) ?? null,
    bins: binsOf(definition, numbers),
  };
}

const within = (samples: readonly Sample[], { from, to, asOf }: Window): Sample[] => samples.filter(({ at }) => at >= from && at < to && at <= asOf);

export interface SampleQuery extends ChartQuery {
  /** Null: both. */
  counted: boolean | null;
  /** Only what was left out for this reason; null: any. */
  excluded: string | null;
  limit: number;
  cursor: string | null;
}

/** What a figure was computed from, newest first: each sample with its value or the reason it was left out. */
export async function readSamples(deps: FactsDeps, id: string, query: SampleQuery): Promise<SampleList> {
  const { definition, samples: read } = metricOf(id);
  const { projectId, window, counted, excluded, limit, cursor } = query;
  const fitting = within(await read(deps, { projectId, window }), window)
    .filter((sample) => (counted === null || (sample.value !== null) === counted) && (excluded === null || sample.excluded === excluded))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const rest = cursor === null ? fitting : fitting.filter((sample) => placeOf(sample) < cursor);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return {
    metric: definition,
    projectId,
    window,
    items: await withNames(deps, items),
    nextCursor: rest.length > limit && last !== undefined ? placeOf(last) : null,
  };
}

/** Sorts by time, then by subject; no two samples of a metric share both. */
const placeOf = ({ at, subject }: Sample): string => `${at.toISOString()}|${subject}`;

async function withNames({ db }: FactsDeps, samples: readonly Sample[]): Promise<NamedSample[]> {
  const names = new Map(
    (
      await namesOf(
        db,
        samples.map(({ subject }) => subject),
      )
    ).map(({ id, ...of }) => [id, of]),
  );
  return samples.map((sample) => ({ ...sample, of: names.get(sample.subject) ?? null }));
}
