import type { Dimension, Figures, MetricDefinition, Sample, Window } from './model.ts';
import { LEAST_FOR_P90, mean, quantile } from './decide.quantile.ts';

/** Ids of evidence that one answer names at most; how many more there are is said beside them. */
export const MOST_EVIDENCE = 1000;

/** Whatever spans backwards says that two clocks disagree. */
export const NEGATIVE_SPAN = 'negative_span';

/** What belongs to the window by its end event, and had happened by `asOf`. */
function within(samples: readonly Sample[], { from, to, asOf }: Window): Sample[] {
  return samples
    .filter(({ at }) => at >= from && at < to && at <= asOf)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime() || (a.subject < b.subject ? -1 : 1));
}

/** The figures of a metric over a window. Pure: the same samples in any order give the same answer. */
export function figuresOf(definition: MetricDefinition, samples: readonly Sample[], window: Window): Figures {
  return summarise(definition, within(samples, window));
}

/** The same for each key of a dimension, in alphabetical order. What names several agents counts for each. */
export function rowsOf(
  definition: MetricDefinition,
  samples: readonly Sample[],
  { window, by }: { window: Window; by: Dimension },
): Array<Figures & { key: string }> {
  const chosen = within(samples, window);
  const keys = [...new Set(chosen.flatMap((sample) => sample.keys[by]))].toSorted();
  return keys.map((key) => ({
    key,
    ...summarise(
      definition,
      chosen.filter((sample) => sample.keys[by].includes(key)),
    ),
  }));
}

function summarise(definition: MetricDefinition, samples: readonly Sample[]): Figures {
  const counted = samples.filter((sample) => sample.value !== null);
  const values = counted.flatMap(({ value }) => (value === null ? [] : [value]));
  const excluded = countBy(samples.flatMap((sample) => sample.excluded ?? []));
  const quantiles = quantilesOf(definition, values);
  const evidence = [...new Set(samples.flatMap((sample) => sample.evidence))];
  return {
    value: valueOf(definition, values),
    reason: reasonOf(definition, values.length, excluded),
    n: values.length,
    mean: mean(values),
    ...quantiles,
    excluded,
    anomalies: excluded[NEGATIVE_SPAN] ?? 0,
    parts: sumParts(definition, counted),
    evidence: evidence.slice(0, MOST_EVIDENCE),
    evidenceLeftOut: Math.max(0, evidence.length - MOST_EVIDENCE),
  };
}

function valueOf({ value }: MetricDefinition, values: readonly number[]): number | null {
  if (values.length === 0) return null;
  if (value === 'median') return quantile(values, 0.5);
  return value === 'share' ? mean(values) : values.reduce((sum, one) => sum + one, 0);
}

/** A share has no quantiles: its samples are yes and no. */
function quantilesOf({ value }: MetricDefinition, values: readonly number[]): Pick<Figures, 'p50' | 'p75' | 'p90'> {
  if (value === 'share') return { p50: null, p75: null, p90: null };
  return { p50: quantile(values, 0.5), p75: quantile(values, 0.75), p90: values.length < LEAST_FOR_P90 ? null : quantile(values, 0.9) };
}

function reasonOf(definition: MetricDefinition, n: number, excluded: Readonly<Record<string, number>>): string | null {
  if (n > 0) return definition.value !== 'share' && n < LEAST_FOR_P90 ? `p90 needs ${LEAST_FOR_P90} samples; there are ${n}.` : null;
  const left = Object.entries(excluded).map(([code, count]) => `${count} left out: ${definition.exclusions[code] ?? code}`);
  return [definition.whenEmpty, ...left].join(' ');
}

function countBy(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes.toSorted()) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** Every part of the definition is there, also with 0: a part that is missing would look like one that does not exist. */
function sumParts({ parts }: MetricDefinition, samples: readonly Sample[]): Record<string, number> {
  const codes = Object.keys(parts);
  if (samples.length === 0) return {};
  return Object.fromEntries(codes.map((code) => [code, samples.reduce((sum, sample) => sum + (sample.parts[code] ?? 0), 0)]));
}
