import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '#platform/db/index.ts';
import { workflowStatuses } from './store.ts';

const FIRST_LOOK_MS = 50;
const RAREST_LOOK_MS = 1000;
const SOON_MS = 5;

const ENDED = new Set(['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED']);

/** Waits for workflows to end without asking the database all the time: endings in this process are heard at once. */
export interface Endings {
  /** Says that this process has just run `workflowId` to its end. */
  announce(workflowId: string): void;
  /**
   * True once `workflowId` has ended; false after `timeoutMs`. Looks at 50 ms, then ever more rarely up to each second
   * (the engine's own wait looks at a fixed interval: 30 waiting parents at 50 ms are 600 queries a second). Returns
   * early, with true, when `unless` (the waiting workflow) was cancelled, and with false once nobody waits any more (`isGone`).
   */
  wait(workflowId: string, options: { timeoutMs: number; unless?: string; isGone?: () => boolean }): Promise<boolean>;
  close(): void;
}

export function createEndings(db: Db): Endings {
  const ears = new Map<string, Set<Ear>>();
  let closed = false;

  async function hasEnded(workflowId: string, unless: string | undefined): Promise<boolean> {
    const rows = await workflowStatuses(db, unless === undefined ? [workflowId] : [workflowId, unless]);
    return rows.some((row) => (row.id === workflowId && ENDED.has(row.status)) || (row.id === unless && row.status === 'CANCELLED'));
  }

  function listen(workflowId: string): Ear {
    const ear = createEar();
    const others = ears.get(workflowId) ?? new Set<Ear>();
    ears.set(workflowId, others.add(ear));
    return ear;
  }

  function forget(workflowId: string, ear: Ear): void {
    const left = ears.get(workflowId);
    left?.delete(ear);
    if (left?.size === 0) ears.delete(workflowId);
  }

  return {
    announce(workflowId) {
      for (const ear of ears.get(workflowId) ?? []) ear.hear();
    },
    async wait(workflowId, { timeoutMs, unless, isGone = () => false }) {
      const deadline = performance.now() + timeoutMs;
      // Before the first look, and through all of them: what is said while we look is heard too.
      const ear = listen(workflowId);
      try {
        for (let lookMs = FIRST_LOOK_MS; !closed && !isGone();) {
          if (await hasEnded(workflowId, unless)) return true;
          const leftMs = deadline - performance.now();
          if (leftMs <= 0) return false;
          const announced = await ear.within(Math.min(lookMs, leftMs));
          // The record follows its announcement within moments.
          lookMs = announced ? SOON_MS : Math.min(lookMs * 1.5, RAREST_LOOK_MS);
        }
        return false;
      } finally {
        forget(workflowId, ear);
      }
    },
    close() {
      closed = true;
      for (const waiting of ears.values()) for (const ear of waiting) ear.hear();
    },
  };
}

export interface Ear {
  hear(): void;
  /** True as soon as something was heard since the last call, false after `ms`. */
  within(ms: number): Promise<boolean>;
}

export function createEar(): Ear {
  let heard = false;
  let waker: AbortController | null = null;
  return {
    hear() {
      heard = true;
      waker?.abort();
    },
    async within(ms) {
      waker = new AbortController();
      if (!heard) await delay(ms, undefined, { signal: waker.signal }).catch(() => undefined);
      waker = null;
      const answer = heard;
      heard = false;
      return answer;
    },
  };
}
