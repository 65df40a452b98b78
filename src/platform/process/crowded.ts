import { performance } from 'node:perf_hooks';

/**
 * Answers whether this thread has computed for more than `share` (0 to 1) of the time since it was asked before. Waiting for a database,
 * a process or a network is no computing; waiting for the processor that others hold is.
 */
export function createCrowded(share: number): () => boolean {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization > share;
  };
}
