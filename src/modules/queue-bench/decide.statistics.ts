import type { Quantile, Share } from './model.ts';

// Two-sided 95 %.
const Z = 1.959963984540054;

/** A share with its Wilson 95 % interval, which stays within 0 and 1 and holds for few samples and for shares near the ends. */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of, share: null, low: null, high: null };
  const p = hits / of;
  const square = Z * Z;
  const centre = (p + square / (2 * of)) / (1 + square / of);
  const half = (Z / (1 + square / of)) * Math.sqrt((p * (1 - p)) / of + square / (4 * of * of));
  return { hits, of, share: p, low: hits === 0 ? 0 : Math.max(0, centre - half), high: hits === of ? 1 : Math.min(1, centre + half) };
}

/**
 * A quantile by nearest rank with a 95 % interval from order statistics: the ranks `n q -+ z sqrt(n q (1 - q))`. It needs
 * no assumption about the distribution; where a rank falls off the end, the end is the bound.
 */
export function quantileOf(samples: readonly number[], at: number): Quantile {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return { at, n, value: null, low: null, high: null };
  const pick = (rank: number): number | null => sorted[Math.min(n, Math.max(1, rank)) - 1] ?? null;
  const half = Z * Math.sqrt(n * at * (1 - at));
  return { at, n, value: pick(Math.ceil(at * n)), low: pick(Math.floor(at * n - half)), high: pick(Math.ceil(at * n + half) + 1) };
}

export function meanOf(samples: readonly number[]): number | null {
  return samples.length === 0 ? null : samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** The middle of a few runs with the least and the most of them; an interval would promise more than three runs can. */
export function spreadOf(samples: readonly number[]): { runs: number; median: number | null; least: number | null; most: number | null } {
  const sorted = samples.toSorted((a, b) => a - b);
  return { runs: sorted.length, median: quantileOf(sorted, 0.5).value, least: sorted[0] ?? null, most: sorted.at(-1) ?? null };
}
