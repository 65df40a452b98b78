import { duration, shortDuration } from '../../ui/time-words.ts';

export type Unit = 'seconds' | 'minutes' | 'share' | 'count';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** A figure as people read it; nothing measured is a dash, never a zero. */
export function figure(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  if (unit === 'share') return `${(value * 100).toFixed(value * 100 >= 99.95 || value === 0 ? 0 : 1)} %`;
  if (unit === 'count') return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(2);
  return duration(value * (unit === 'seconds' ? SECOND_MS : MINUTE_MS));
}

/** The same for the side of a chart, where there is little room. */
export function tick(value: number, unit: Unit): string {
  if (unit === 'share') return `${Math.round(value * 100)} %`;
  if (unit === 'count') return Number.isInteger(value) ? String(value) : value.toFixed(1);
  return value === 0 ? '0' : shortDuration(value * (unit === 'seconds' ? SECOND_MS : MINUTE_MS));
}

/** What a bin holds: `2 min to 5 min`, `3`, `yes`. */
export function binName({ from, to }: { from: number; to: number }, unit: Unit): string {
  if (unit === 'share') return from === 1 ? 'yes' : 'no';
  if (unit === 'count') return to - from <= 1 ? String(from) : `${from} to ${to - 1}`;
  return `${tick(from, unit)} – ${tick(to, unit)}`;
}

/** How a value stands to the one before; null where one of them is missing. */
export function change(now: number | null, before: number | null, unit: Unit): string | null {
  if (now === null || before === null) return null;
  if (unit === 'share') return `${now >= before ? '+' : '−'}${Math.abs((now - before) * 100).toFixed(1)} points`;
  if (before === 0) return now === 0 ? 'the same' : null;
  const percent = Math.round(((now - before) / before) * 100);
  return percent === 0 ? 'the same' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}

export const leftOut = (excluded: Readonly<Record<string, number>>): number => Object.values(excluded).reduce((sum, count) => sum + count, 0);

const HOUR_S = 3600;
const DAY_S = 86_400;
/** Steps between the marks of an axis that people count in. */
const SECONDS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  HOUR_S,
  2 * HOUR_S,
  4 * HOUR_S,
  6 * HOUR_S,
  12 * HOUR_S,
  DAY_S,
  2 * DAY_S,
  7 * DAY_S,
  14 * DAY_S,
  28 * DAY_S,
];
const MOST_MARKS = 5;

/** Marks of an axis from 0 to at least `most`, five at most besides 0. */
export function marks(most: number, unit: Unit): number[] {
  if (unit === 'share') return [0, 0.25, 0.5, 0.75, 1];
  const scale = unit === 'minutes' ? 60 : 1;
  const steps = unit === 'count' ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] : SECONDS;
  let step = (steps.find((one) => (one * MOST_MARKS) / scale >= most) ?? steps.at(-1) ?? 1) / scale;
  while (step * MOST_MARKS < most) step *= 2;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}
