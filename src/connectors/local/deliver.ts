import { AsyncLocalStorage } from 'node:async_hooks';
import type { ForgeEvent } from '#ports/forge-event.ts';
import { deleteDelivered, markDelivered, waitingDeliveries, type WaitingDelivery } from './store.deliveries.ts';
import type { Db } from './store.ts';

/** One event of the embedded forge, as a webhook would bring it. */
export interface LocalDelivery {
  deliveryId: string;
  /** The event's kind: `issue.opened`. */
  type: string;
  payload: ForgeEvent;
}

export interface Courier {
  /**
   * Hands over what waits, oldest first; resolves when nothing waits or the receiver failed (then it waits for the next
   * call). Answers how many were handed over. Never rejects: the change the events tell of has happened already.
   */
  flush(): Promise<number>;
  /** Forgets what was handed over longer ago than this. */
  purge(olderThanDays: number): Promise<number>;
}

export interface CourierDeps {
  db: Db;
  /** Receives each event at least once, possibly from two processes at a time; knows a repeated one by `deliveryId`. */
  onEvent(delivery: LocalDelivery): Promise<void>;
  onError(error: unknown, delivery: LocalDelivery): void;
}

export function createCourier(deps: CourierDeps): Courier {
  // A receiver that changes the forge comes back here from within its own delivery; waiting for itself would never end.
  const delivering = new AsyncLocalStorage<true>();
  let tail: Promise<unknown> = Promise.resolve();
  return {
    flush() {
      if (delivering.getStore() === true) return Promise.resolve(0);
      const run = tail.then(() => delivering.run(true, () => deliverAll(deps)));
      tail = run.catch(() => {});
      return run;
    },
    purge: (olderThanDays) => deleteDelivered(deps.db, olderThanDays),
  };
}

async function deliverAll(deps: CourierDeps): Promise<number> {
  for (let delivered = 0; ;) {
    const waiting = await waitingDeliveries(deps.db, 50);
    if (waiting.length === 0) return delivered;
    for (const delivery of waiting) {
      if (!(await handOver(deps, delivery))) return delivered;
      delivered += 1;
    }
  }
}

async function handOver(deps: CourierDeps, { seq, ...delivery }: WaitingDelivery): Promise<boolean> {
  try {
    await deps.onEvent(delivery);
  } catch (error) {
    deps.onError(error, delivery);
    return false;
  }
  await markDelivered(deps.db, seq);
  return true;
}
