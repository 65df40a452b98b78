import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { deliverDue, type Subscription } from './deliver.ts';
import { createListener } from './listen.ts';
import type { Outbox } from './model.ts';
import { countUndelivered, insertEvents, listEventsAfter, placeEvents } from './store.ts';
import { createWaker } from './waker.ts';

export interface OutboxDeps {
  /** Each delivering transaction holds one connection besides those its subscribers use, and the listener one more. */
  db: Db;
  log: Log;
  clock: Clock;
  ids: Ids;
  /** Transactions that deliver at once in this process; default 3. Keep it well below the pool's size. */
  concurrency?: number;
}

/** How often to look without having been told: for retries that fall due, and for a NOTIFY that got lost. */
const POLL_MS = 500;
/** Events taken in one transaction. More would save little and make those at the end wait for a slow one at the beginning. */
const MOST_AT_ONCE = 8;

/** See model.ts. Several processes may run one on the same database. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { db, log, clock, ids, concurrency = 3 } = deps;
  const subscriptions: Subscription[] = [];
  const heard = createWaker();
  const look = createWaker();
  let state: 'new' | 'started' | 'stopped' = 'new';
  /** Something may have been published that has no position yet. */
  let unplaced = true;
  const listener = createListener(db, log, () => {
    unplaced = true;
    heard.wake();
    look.wake();
  });
  let looking: Promise<void> | undefined;
  const delivering = new Set<Promise<void>>();

  /** Looks for what is due whenever something was said, something was delivered that others waited for, or some time has gone by. */
  async function lookAgainAndAgain(): Promise<void> {
    while (state === 'started') {
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
    if (delivering.size >= concurrency || state !== 'started') return false;
    return new Promise((resolve) => {
      const work = deliverDue(db, subscriptions, log, MOST_AT_ONCE, (taken) => resolve(taken === MOST_AT_ONCE))
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
    async put(tx, event) {
      await insertEvents(tx, [{ ...event, id: ids.next('event'), occurredAt: clock.now() }]);
    },
    async putAll(tx, events) {
      if (events.length === 0) return;
      const occurredAt = clock.now();
      await insertEvents(
        tx,
        events.map((event) => ({ ...event, id: ids.next('event'), occurredAt })),
      );
    },
    subscribe(consumer, types, handle) {
      if (state !== 'new') throw new AppError('internal', 'Subscriptions are made before the outbox starts.', { code: 'outbox_started' });
      if (subscriptions.some((one) => one.consumer === consumer))
        throw new AppError('internal', `The consumer ${consumer} is subscribed twice.`, { code: 'consumer_twice' });
      subscriptions.push({ consumer, types, handle });
    },
    async start() {
      if (state !== 'new') return;
      state = 'started';
      listener.start();
      looking = lookAgainAndAgain();
    },
    async stop() {
      state = 'stopped';
      heard.wake();
      look.wake();
      await Promise.all([listener.stop(), looking]);
      await Promise.all(delivering);
    },
    async tail(afterSeq, limit) {
      await placeEvents(db);
      return listEventsAfter(db, afterSeq, limit);
    },
    async wait(timeoutMs) {
      listener.start();
      await heard.next(timeoutMs);
    },
    async idle() {
      while ((await countUndelivered(db)) > 0) await delay(10);
    },
  };
}
