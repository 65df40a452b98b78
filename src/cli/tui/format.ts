/** Figures and times as people read them. All times are UTC. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `42 s`, `5 min`, `3 h`, `2 d`: one unit, rounded down. */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < MINUTE) return `${Math.floor(length / 1000)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} d`;
}

export const since = (iso: string | null, now: number): string => (iso === null ? '' : duration(now - Date.parse(iso)));

/** `3 min left`; past: `expired`. */
export const left = (iso: string, now: number): string => (Date.parse(iso) <= now ? 'expired' : `${duration(Date.parse(iso) - now)} left`);

export const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

export const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

export function count(amount: number): string {
  if (amount < 10_000) return String(amount);
  return amount < 10_000_000 ? `${Math.round(amount / 1000)}k` : `${Math.round(amount / 1_000_000)}M`;
}

/** `1 run`, `2 runs`. */
export const counted = (amount: number, one: string, many = `${one}s`): string => `${amount} ${amount === 1 ? one : many}`;

/** A share as a bar of `width` places. */
export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Where what was changed stands in no list yet. */
export const changedTo = (id: string): string => `It was changed. What stands in its place: reeve approvals show ${id}`;
