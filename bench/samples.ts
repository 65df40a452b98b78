import { setTimeout as delay } from 'node:timers/promises';

/** One figure, measured several times. */
export interface Result {
  name: string;
  unit: string;
  samples: number[];
}

export interface Summary {
  name: string;
  unit: string;
  n: number;
  median: number;
  min: number;
  max: number;
}

/** The value below which the share `at` (0 to 1) of the samples lies; nearest rank. */
export function quantile(samples: readonly number[], at: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(at * sorted.length) - 1)] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function summarise({ name, unit, samples }: Result): Summary {
  return { name, unit, n: samples.length, median: round(median(samples)), min: round(Math.min(...samples)), max: round(Math.max(...samples)) };
}

/** Three significant digits below 100, whole numbers above: more would be noise. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

export function table(rows: readonly Summary[]): string {
  const head = ['', 'unit', 'n', 'median', 'min', 'max'];
  const body = rows.map((row) => [row.name, row.unit, row.n, row.median, row.min, row.max].map(String));
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return [head, ...body].map((row) => line(row).trimEnd()).join('\n');
}

/** Looks every 5 ms until `look` answers something; throws after `timeoutMs`. */
export async function until<T>(look: () => Promise<T | null> | T | null, timeoutMs: number, what: string): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`${what}: nothing after ${timeoutMs / 1000} s`);
    await delay(5);
  }
}

/** Processor time this process has used so far, its threads included, in ms. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
