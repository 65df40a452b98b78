/**
 * How many change requests one build may hold. Additive increase, multiplicative decrease, as for congestion: batching
 * alone loses against serial at the failure rates of agents, so the size must follow the recent failures quickly.
 */
export interface BatchBounds {
  /** At least 1. */
  most: number;
  /** A failure costs next to nothing (`decidePace`), so the size is looked for in long steps. */
  cheap?: boolean;
}

const CHEAP_GROWTH = 4;

/** `passed` and `failed` are verdicts about changes; flakes and infrastructure say nothing about them and are not told here. */
export function nextBatchLimit(limit: number, outcome: 'passed' | 'failed', bounds: BatchBounds): number {
  const most = Math.max(1, bounds.most);
  const larger = bounds.cheap === true ? limit * CHEAP_GROWTH : limit + 1;
  return outcome === 'passed' ? Math.min(most, larger) : Math.max(1, Math.min(most, Math.floor(limit / 2)));
}
