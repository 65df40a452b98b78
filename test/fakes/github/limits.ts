/** What every answer says of the primary rate limit. It is counted, and enforced only by a fault. */
export interface Limits {
  spend(who: string, cost: number, resource: 'core' | 'graphql'): Record<string, string>;
}

const LIMIT = 5000;

export function limitsOf(): Limits {
  const used = new Map<string, number>();
  const reset = Math.ceil(Date.now() / 1000) + 3600;
  return {
    spend(who, cost, resource) {
      const key = `${resource}:${who}`;
      const now = (used.get(key) ?? 0) + cost;
      used.set(key, now);
      return {
        'x-ratelimit-limit': String(LIMIT),
        'x-ratelimit-remaining': String(Math.max(0, LIMIT - now)),
        'x-ratelimit-used': String(now),
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': resource,
      };
    },
  };
}
