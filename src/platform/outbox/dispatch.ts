import { messageOf } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { deliverDue, type Subscription } from './deliver.ts';
import { placeEvents } from './store.ts';
import { createWaker } from './waker.ts';

/** How often to look without having been told: for retries that fall due, and for a NOTIFY that got lost. */
const POLL_MS = 500;
/** Events in one transaction where many are due. What follows in their subjects waits for the slowest of them, so while few are due each has its own. */
const MOST_AT_ONCE = 8;

export interface DispatcherDeps {
  db: Db;
  log: Log;
  subscriptions: readonly Subscription[];
  /** Transactions that deliver at once. */
  concurrency: number;
}

/** Hands out what is due, for as long as it runs; several processes may each have one on the same database. */
export interface Dispatcher {
  start(): void;
  /** Something was published. */
  published(): void;
  /** Resolves when all it had begun to deliver is delivered. */
  stop(): Promise<void>;
}

export function createDispatcher({ db, log, subscriptions, concurrency }: DispatcherDeps): Dispatcher {
  const look = createWaker();
  const delivering = new Set<Promise<void>>();
  let running = false;
  let looking: Promise<void> | undefined;
  /** Doubled whenever so many were due. */
  let most = 1;
  /** There may be events that have no position yet. */
  let unplaced = true;

  /** Whenever something was said, something was delivered that others waited for, or some time has gone by. */
  async function lookAgainAndAgain(): Promise<void> {
    while (running) {
      const next = look.next(POLL_MS);
      const more = await deliverSome().catch(failed);
      if (!more && (await next) === 'late') unplaced = true;
    }
  }

  /** True when there may be more to take at once. Does not wait until what it took is handed out. */
  async function deliverSome(): Promise<boolean> {
    if (unplaced) {
      unplaced = false;
      await placeEvents(db);
    }
    if (delivering.size >= concurrency || !running) return false;
    return new Promise((resolve) => {
      const taken = (events: number): void => {
        const more = events === most;
        most = more ? Math.min(most * 2, MOST_AT_ONCE) : 1;
        resolve(more);
      };
      const work = deliverDue(db, subscriptions, log, most, taken)
        .catch(failed)
        .then((any) => {
          delivering.delete(work);
          if (any) look.wake();
          resolve(false);
        });
      delivering.add(work);
    });
  }

  function failed(error: unknown): false {
    unplaced = true;
    log.warn({ error: messageOf(error) }, 'Delivering events failed; trying again.');
    return false;
  }

  return {
    start() {
      running = true;
      looking ??= lookAgainAndAgain();
    },
    published() {
      unplaced = true;
      look.wake();
    },
    async stop() {
      running = false;
      look.wake();
      await looking;
      await Promise.all(delivering);
    },
  };
}
