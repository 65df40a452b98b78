/** A quantile of few numbers says more about chance than about the tail. */
export const LEAST_FOR_P90 = 20;

/**
 * Quantile `q` (0 to 1) by linear interpolation, definition R-7 of Hyndman and Fan (1996), the default of R, NumPy and spreadsheets. Null
 * for no numbers.
 */
export function quantile(numbers: readonly number[], q: number): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (place - Math.floor(place));
}

/** Null for no numbers. */
export function mean(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
