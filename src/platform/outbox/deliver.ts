import { messageOf } from '#kernel/errors.ts';
import type { PublishedEvent } from '#kernel/event.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { claimEvents, markDelivered, markFailed, type ClaimedEvent } from './store.ts';

export interface Subscription {
  consumer: string;
  types: readonly string[];
  handle(event: PublishedEvent): Promise<void>;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** 1 s, 2 s, 4 s, ... 5 min; `attempts` counts the failures before this one. */
export function backoffMs(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts, 20), LONGEST_WAIT_MS);
}

export function wants(subscription: Pick<Subscription, 'types'>, type: string): boolean {
  return subscription.types.includes('*') || subscription.types.includes(type);
}

/**
 * Delivers what is due, at most `most` events, each to everybody who wants it; true when there was any. Events of one subject go one
 * after the other, subjects side by side. `taken` is told how many once they are locked, so
 * that others may be looked for meanwhile.
 */
export async function deliverDue(
  db: Db,
  subscriptions: readonly Subscription[],
  log: Log,
  most: number,
  taken: (events: number) => void,
): Promise<boolean> {
  return db.tx(async (tx) => {
    const due = await claimEvents(tx, most);
    if (due.length === 0) return false;
    taken(due.length);
    const bySubject = Map.groupBy(due, ({ event }) => event.subject);
    const outcomes = await Promise.all(Array.from(bySubject.values(), (events) => handInOrder(events, subscriptions, log)));
    await mark(tx, outcomes.flat());
    await crashpoint('outbox.deliver.after');
    return true;
  });
}

/** What became of one event. */
interface Handed {
  claimed: ClaimedEvent;
  /** Consumers that are done with it. */
  handledBy: string[];
  failed: { consumer: string; error: string } | null;
}

async function handInOrder(events: readonly ClaimedEvent[], subscriptions: readonly Subscription[], log: Log): Promise<Handed[]> {
  const outcomes: Handed[] = [];
  for (const claimed of events) {
    await crashpoint('outbox.deliver.before');
    outcomes.push(await hand(claimed, subscriptions, log));
  }
  return outcomes;
}

async function mark(tx: Tx, outcomes: readonly Handed[]): Promise<void> {
  const delivered = outcomes.filter(({ failed }) => failed === null);
  await markDelivered(
    tx,
    delivered.map(({ claimed, handledBy }) => ({ seq: claimed.event.seq, handledBy })),
  );
  for (const { claimed, handledBy, failed } of outcomes)
    if (failed !== null) await markFailed(tx, { seq: claimed.event.seq, handledBy, ...failed, waitMs: backoffMs(claimed.attempts) });
}

async function hand(claimed: ClaimedEvent, subscriptions: readonly Subscription[], log: Log): Promise<Handed> {
  const { event, attempts } = claimed;
  const handledBy = [...claimed.handledBy];
  let failed: Handed['failed'] = null;
  for (const subscription of subscriptions) {
    if (!wants(subscription, event.type) || handledBy.includes(subscription.consumer)) continue;
    try {
      await subscription.handle(event);
      handledBy.push(subscription.consumer);
    } catch (error) {
      failed = { consumer: subscription.consumer, error: messageOf(error) };
      log.warn(
        { ...failed, event: event.id, type: event.type, attempts: attempts + 1 },
        'An event could not be handled; it is delivered again later.',
      );
    }
  }
  return { claimed, handledBy, failed };
}
