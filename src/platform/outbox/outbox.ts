import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { deliverNext, type Subscription } from './deliver.ts';
import { createListener } from './listen.ts';
import type { Outbox } from './model.ts';
import { countUndelivered, insertEvents, listEventsAfter, placeEvents } from './store.ts';
import { createWaker } from './waker.ts';

export interface OutboxDeps {
  /** Each event being delivered holds one connection besides those its subscribers use, and the listener one more. */
  db: Db;
  log: Log;
  clock: Clock;
  ids: Ids;
  /** Events delivered at once by this process; default 3. Keep it well below the pool's size. */
  concurrency?: number;
}

/** How often to look without having been told: for retries that fall due, and for a NOTIFY that got lost. */
const POLL_MS = 500;

/** See model.ts. Several processes may run one on the same database. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { db, log, clock, ids } = deps;
  const subscriptions: Subscription[] = [];
  const waker = createWaker();
  const listener = createListener(db, log, () => waker.wake());
  let state: 'new' | 'started' | 'stopped' = 'new';
  let lanes: Promise<void>[] = [];

  async function lane(): Promise<void> {
    while (state === 'started') {
      const next = waker.next(POLL_MS);
      try {
        await placeEvents(db);
        while (state === 'started' && (await deliverNext(db, subscriptions, log)));
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'Delivering events failed; trying again.');
        await delay(POLL_MS, undefined, { ref: false });
      }
      if (state === 'started') await next;
    }
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
      lanes = Array.from({ length: deps.concurrency ?? 3 }, lane);
    },
    async stop() {
      state = 'stopped';
      waker.wake();
      await Promise.all([listener.stop(), ...lanes]);
    },
    async tail(afterSeq, limit) {
      await placeEvents(db);
      return listEventsAfter(db, afterSeq, limit);
    },
    async wait(timeoutMs) {
      listener.start();
      await waker.next(timeoutMs);
    },
    async idle() {
      while ((await countUndelivered(db)) > 0) await delay(10);
    },
  };
}
