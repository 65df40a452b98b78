/**
 * How many change requests one build may hold. Additive increase, multiplicative decrease, as for congestion: batching
 * alone loses against serial at the failure rates of agents, so the size must follow the recent failures quickly.
 */
export interface BatchBounds {
  /** At least 1. */
  most: number;
}

/** `passed` and `failed` are verdicts about changes; flakes and infrastructure say nothing about them and are not told here. */
export function nextBatchLimit(limit: number, outcome: 'passed' | 'failed', bounds: BatchBounds): number {
  const most = Math.max(1, bounds.most);
  return outcome === 'passed' ? Math.min(most, limit + 1) : Math.max(1, Math.min(most, Math.floor(limit / 2)));
}
