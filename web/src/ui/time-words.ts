const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A page looks at the clock twice a minute: what lies less ahead of that has most likely just happened. */
const CLOCK_MS = 30_000;

/** `3 min ago`, `in 2 h`, `yesterday`, and from a week on the day itself. `nowMs`: milliseconds since 1970. */
export function relativeTime(at: string, nowMs: number): string {
  const distance = Date.parse(at) - nowMs;
  if (Number.isNaN(distance)) return at;
  const size = Math.abs(distance);
  if (size < 45_000) return distance > CLOCK_MS ? 'in a moment' : 'just now';
  if (size >= 7 * DAY_MS) return at.slice(0, 10);
  const words = shortDuration(size);
  return distance > 0 ? `in ${words}` : `${words} ago`;
}

/** The largest unit alone: `45 s`, `3 min`, `2 h`, `5 d`. */
export function shortDuration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return `${Math.round(ms / DAY_MS)} d`;
}

/** Two units: `1 min 20 s`, `2 h 5 min`; under ten seconds with a tenth. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return join(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const join = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

/** `2026-11-21 23:45:10 UTC`. */
export function exactTime(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
