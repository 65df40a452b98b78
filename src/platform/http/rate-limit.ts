/** Answers how many seconds a caller has to wait: 0 means go on. */
export interface RateLimiter {
  take(caller: string): number;
}

export interface RateLimitOptions {
  /** Requests a second; 0 or less: no limit. */
  perSecond: number;
  /** Requests that may come at once. */
  burst: number;
  nowMs: () => number;
}

/** Bounds the memory a flood of addresses can take: about 100 bytes an entry. */
const MOST_CALLERS = 20_000;

/** A token bucket for each caller, in the memory of this process. */
export function createRateLimiter({ perSecond, burst, nowMs }: RateLimitOptions): RateLimiter {
  const buckets = new Map<string, { left: number; atMs: number }>();
  if (perSecond <= 0) return { take: () => 0 };
  return {
    take(caller) {
      const now = nowMs();
      const before = buckets.get(caller);
      const left = before === undefined ? burst : Math.min(burst, before.left + (Math.max(0, now - before.atMs) / 1000) * perSecond);
      // Re-inserting keeps the map in order of last use, so the oldest goes first.
      buckets.delete(caller);
      const allowed = left >= 1;
      buckets.set(caller, { left: allowed ? left - 1 : left, atMs: now });
      if (buckets.size > MOST_CALLERS) forgetOldest(buckets);
      return allowed ? 0 : (1 - left) / perSecond;
    },
  };
}

function forgetOldest(buckets: Map<string, unknown>): void {
  for (const key of buckets.keys()) {
    buckets.delete(key);
    return;
  }
}
