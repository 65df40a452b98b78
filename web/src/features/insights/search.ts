/** What figures are asked for, as the address holds it. */
export interface MetricSearch {
  project?: string;
  /** So many days up to now; left out: 30. */
  days?: (typeof SPANS)[number];
  /** Days, `2026-11-21`, UTC, instead of `days`; `to` is the last one. */
  from?: string;
  to?: string;
  bucket?: 'week';
  by?: (typeof DIMENSIONS)[number];
  show?: 'table';
  /** Of the evidence. */
  samples?: 'left_out';
}

export const SPANS = [7, 30, 90, 365] as const;
export const USUAL_DAYS = 30;
export const DIMENSIONS = ['agent', 'harness', 'repository', 'project'] as const;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const oneOf = <T>(value: unknown, known: readonly T[]): T | undefined => known.find((one) => one === value);

/** Takes of an address what the pages understand; the rest is dropped. */
export function parseSearch(given: Record<string, unknown>): MetricSearch {
  const search: MetricSearch = {};
  const project = given['project'];
  if (typeof project === 'string' && project !== '') search.project = project.slice(0, 200);
  for (const name of ['from', 'to'] as const) {
    const value = given[name];
    if (typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value))) search[name] = value;
  }
  const days = oneOf(Number(given['days']), SPANS);
  const by = oneOf(given['by'], DIMENSIONS);
  return {
    ...search,
    ...(days && { days }),
    ...(by && { by }),
    ...(given['bucket'] === 'week' && { bucket: 'week' as const }),
    ...(given['show'] === 'table' && { show: 'table' as const }),
    ...(given['samples'] === 'left_out' && { samples: 'left_out' as const }),
  };
}

const DAY_MS = 86_400_000;
const midnight = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

/**
 * The window in whole days, UTC, that ends with today or the last day that was chosen; half-open. `before`: the window of the same length that
 * ends where this one begins.
 */
export function windowOf(
  { days = USUAL_DAYS, from, to }: MetricSearch,
  nowMs: number,
): { from: string; to: string; before: { from: string; to: string } } {
  const end = to === undefined ? midnight(nowMs) + DAY_MS : Date.parse(to) + DAY_MS;
  const given = from === undefined ? end - days * DAY_MS : Date.parse(from);
  const begin = Math.min(given, end - DAY_MS);
  const text = (ms: number): string => new Date(ms).toISOString();
  return { from: text(begin), to: text(end), before: { from: text(begin - (end - begin)), to: text(begin) } };
}
