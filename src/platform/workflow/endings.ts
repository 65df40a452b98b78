import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '#platform/db/index.ts';
import { workflowStatuses } from './store.ts';

const FIRST_LOOK_MS = 50;
const RAREST_LOOK_MS = 1000;

const ENDED = new Set(['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED']);

/** Waits for workflows to end without asking the database all the time: endings in this process are heard at once. */
export interface Endings {
  /** Says that this process has just run `workflowId` to its end. */
  announce(workflowId: string): void;
  /**
   * True once `workflowId` has ended; false after `timeoutMs`. Looks at 50 ms, then ever more rarely up to each second
   * (the engine's own wait looks at a fixed interval: 30 waiting parents at 50 ms are 600 queries a second). Returns
   * early, with true, when `unless` (the waiting workflow) was cancelled.
   */
  wait(workflowId: string, options: { timeoutMs: number; unless?: string }): Promise<boolean>;
  close(): void;
}

export function createEndings(db: Db): Endings {
  const listeners = new Map<string, Set<() => void>>();
  let closed = false;

  async function hasEnded(workflowId: string, unless: string | undefined): Promise<boolean> {
    const rows = await workflowStatuses(db, unless === undefined ? [workflowId] : [workflowId, unless]);
    return rows.some((row) => (row.id === workflowId && ENDED.has(row.status)) || (row.id === unless && row.status === 'CANCELLED'));
  }

  /** Resolves after `ms` with false, or with true when the ending is announced here. */
  async function nap(workflowId: string, ms: number): Promise<boolean> {
    const waker = new AbortController();
    const wake = (): void => waker.abort();
    const waiting = listeners.get(workflowId) ?? new Set<() => void>();
    listeners.set(workflowId, waiting.add(wake));
    try {
      await delay(ms, undefined, { signal: waker.signal });
      return false;
    } catch {
      return true;
    } finally {
      waiting.delete(wake);
      if (waiting.size === 0) listeners.delete(workflowId);
    }
  }

  return {
    announce(workflowId) {
      for (const wake of listeners.get(workflowId) ?? []) wake();
    },
    async wait(workflowId, { timeoutMs, unless }) {
      const deadline = performance.now() + timeoutMs;
      let lookMs = FIRST_LOOK_MS;
      while (!closed) {
        if (await hasEnded(workflowId, unless)) return true;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0) return false;
        const announced = await nap(workflowId, Math.min(lookMs, leftMs));
        // The record follows its announcement within moments.
        lookMs = announced ? 5 : Math.min(lookMs * 1.5, RAREST_LOOK_MS);
      }
      return false;
    },
    close() {
      closed = true;
      for (const waiting of listeners.values()) for (const wake of waiting) wake();
    },
  };
}
