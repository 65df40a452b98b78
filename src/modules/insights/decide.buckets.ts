import type { Bucket, BucketLength, MetricSeries } from './model.charts.ts';
import type { Dimension, MetricDefinition, Sample, Window } from './model.ts';
import { figuresOf } from './decide.answer.ts';

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: the Monday before it is three days earlier. */
const MONDAY_MS = -3 * DAY_MS;

const LENGTH_MS: Readonly<Record<BucketLength, number>> = { day: DAY_MS, week: 7 * DAY_MS };

function startOf(at: Date, bucket: BucketLength): number {
  const origin = bucket === 'week' ? MONDAY_MS : 0;
  return origin + Math.floor((at.getTime() - origin) / LENGTH_MS[bucket]) * LENGTH_MS[bucket];
}

/** How many stretches a window has. */
export function bucketCount(window: Window, bucket: BucketLength): number {
  return Math.ceil((window.to.getTime() - startOf(window.from, bucket)) / LENGTH_MS[bucket]);
}

/** The stretches of a window, the oldest first; the first and the last are cut to it. */
export function stretchesOf(window: Window, bucket: BucketLength): Array<{ from: Date; to: Date; partial: boolean }> {
  const first = startOf(window.from, bucket);
  return Array.from({ length: bucketCount(window, bucket) }, (_, at) => {
    const [begin, end] = [first + at * LENGTH_MS[bucket], first + (at + 1) * LENGTH_MS[bucket]];
    const from = new Date(Math.max(begin, window.from.getTime()));
    const to = new Date(Math.min(end, window.to.getTime()));
    return { from, to, partial: from.getTime() !== begin || to.getTime() !== end || to > window.asOf };
  });
}

/** The figure of each stretch. Pure: the same samples in any order give the same series. */
export function seriesOf(definition: MetricDefinition, samples: readonly Sample[], window: Window, bucket: BucketLength): Bucket[] {
  const stretches = stretchesOf(window, bucket);
  const [first] = stretches;
  if (first === undefined) return [];
  const origin = startOf(first.from, bucket);
  const parts = new Map<number, Sample[]>();
  for (const sample of samples) {
    const at = Math.floor((sample.at.getTime() - origin) / LENGTH_MS[bucket]);
    const part = parts.get(at);
    if (part === undefined) parts.set(at, [sample]);
    else part.push(sample);
  }
  return stretches.map((stretch, at) => {
    const { evidence: _, evidenceLeftOut: __, ...figures } = figuresOf(definition, parts.get(at) ?? [], { ...stretch, asOf: window.asOf });
    return { ...stretch, ...figures };
  });
}

/** More lines than these nobody tells apart. */
export const MOST_ROWS = 8;

/** The same for each key of a dimension, those with the most samples first. */
export function splitSeries(
  definition: MetricDefinition,
  samples: readonly Sample[],
  { window, bucket, by }: { window: Window; bucket: BucketLength; by: Dimension },
): Required<Pick<MetricSeries, 'rows' | 'rowsLeftOut'>> {
  const byKey = new Map<string, Sample[]>();
  for (const sample of samples) {
    if (sample.at < window.from || sample.at >= window.to || sample.at > window.asOf) continue;
    for (const key of sample.keys[by]) byKey.set(key, [...(byKey.get(key) ?? []), sample]);
  }
  const rows = [...byKey]
    .map(([key, of]) => ({ key, of, n: of.filter(({ value }) => value !== null).length }))
    .toSorted((a, b) => b.n - a.n || (a.key < b.key ? -1 : 1));
  return {
    rows: rows.slice(0, MOST_ROWS).map(({ key, of, n }) => ({ key, n, buckets: seriesOf(definition, of, window, bucket) })),
    rowsLeftOut: Math.max(0, rows.length - MOST_ROWS),
  };
}
