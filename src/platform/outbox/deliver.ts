import { messageOf } from '#kernel/errors.ts';
import type { PublishedEvent } from '#kernel/event.ts';
import type { Db } from '#platform/db/index.ts';
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
 * Delivers what is due, at most `most` events, each to everybody who wants it, one after the other; true when there was any. `taken`
 * is told how many once they are locked, so that others may be looked for meanwhile.
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
    const delivered: Array<{ seq: number; handledBy: readonly string[] }> = [];
    for (const one of due) {
      await crashpoint('outbox.deliver.before');
      const { handledBy, failed } = await hand(one, subscriptions, log);
      const { seq } = one.event;
      if (failed === null) delivered.push({ seq, handledBy });
      else await markFailed(tx, { seq, handledBy, ...failed, waitMs: backoffMs(one.attempts) });
    }
    await markDelivered(tx, delivered);
    await crashpoint('outbox.deliver.after');
    return true;
  });
}

interface Handed {
  /** Consumers that are done with it. */
  handledBy: string[];
  failed: { consumer: string; error: string } | null;
}

async function hand({ event, attempts, ...before }: ClaimedEvent, subscriptions: readonly Subscription[], log: Log): Promise<Handed> {
  const handledBy = [...before.handledBy];
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
  return { handledBy, failed };
}
