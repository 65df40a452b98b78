import type { Bin } from './model.charts.ts';
import type { MetricDefinition } from './model.ts';

const [MINUTE_S, HOUR_S, DAY_S] = [60, 3600, 86_400];

/** Where bins of durations begin: figures people think in, each about twice the one before. Seconds. */
const DURATIONS_S = [
  0,
  1,
  2,
  5,
  10,
  20,
  30,
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_S),
  ...[1, 2, 4, 8, 12].map((hours) => hours * HOUR_S),
  ...[1, 2, 4, 7, 14, 28, 56, 112, 224, 448].map((days) => days * DAY_S),
];

/** The same for counts above `ONE_EACH`. */
const COUNTS = [0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000, 1_000_000];
/** So many single values are a bin each. */
const ONE_EACH = 20;

/** Bins over the numbers, from the one that holds the least to the one that holds the most. Pure, and of any order. */
export function binsOf({ unit }: Pick<MetricDefinition, 'unit'>, numbers: readonly number[]): Bin[] {
  if (numbers.length === 0) return [];
  if (unit === 'share') return [0, 1].map((value) => ({ from: value, to: value, n: numbers.filter((one) => one === value).length }));
  const edges = edgesOf(
    unit,
    numbers.reduce((most, one) => Math.max(most, one), 0),
  );
  const bins = edges.slice(0, -1).map((from, at) => ({ from, to: edges[at + 1] ?? from, n: 0 }));
  for (const one of numbers) {
    const bin = bins.findLast(({ from }) => from <= one) ?? bins[0];
    if (bin !== undefined) bin.n += 1;
  }
  const first = bins.findIndex(({ n }) => n > 0);
  const last = bins.findLastIndex(({ n }) => n > 0);
  return bins.slice(first, last + 1);
}

/** Up to beyond `most`: past the last figure of the ladder each edge is twice the one before. */
function edgesOf(unit: 'seconds' | 'minutes' | 'count', most: number): number[] {
  const single = unit === 'count' && most < ONE_EACH;
  const edges = single
    ? Array.from({ length: ONE_EACH + 1 }, (_, at) => at)
    : unit === 'count'
      ? [...COUNTS]
      : DURATIONS_S.map((seconds) => (unit === 'minutes' ? seconds / MINUTE_S : seconds));
  for (let last = edges.at(-1) ?? 1; last <= most; last *= 2) edges.push(last * 2);
  return edges;
}
