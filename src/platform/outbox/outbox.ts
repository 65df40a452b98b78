import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Subscription } from './deliver.ts';
import { createDispatcher } from './dispatch.ts';
import { createListener } from './listen.ts';
import type { Outbox } from './model.ts';
import { countUndelivered, hasUnplaced, insertEvents, latestSeq, listEventsAfter, placeEvents } from './store.ts';
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

/** See model.ts. Several processes may run one on the same database. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { db, log, clock, ids, concurrency = 3 } = deps;
  const subscriptions: Subscription[] = [];
  const heard = createWaker();
  const dispatcher = createDispatcher({ db, log, subscriptions, concurrency });
  const listener = createListener(db, log, () => {
    heard.wake();
    dispatcher.published();
  });
  let state: 'new' | 'started' | 'stopped' = 'new';

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
      dispatcher.start();
    },
    async stop() {
      state = 'stopped';
      heard.wake();
      await Promise.all([listener.stop(), dispatcher.stop()]);
    },
    async tail(afterSeq, limit) {
      if (await hasUnplaced(db)) await placeEvents(db);
      return listEventsAfter(db, afterSeq, limit);
    },
    async latest() {
      if (await hasUnplaced(db)) await placeEvents(db);
      return latestSeq(db);
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
