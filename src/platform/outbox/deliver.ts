import { messageOf } from '#kernel/errors.ts';
import type { PublishedEvent } from '#kernel/event.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { claimEvent, markDelivered, markFailed, type ClaimedEvent } from './store.ts';

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

/** Delivers one due event to everybody who wants it; false when none is due. */
export async function deliverNext(db: Db, subscriptions: readonly Subscription[], log: Log): Promise<boolean> {
  return db.tx(async (tx) => {
    const claimed = await claimEvent(tx);
    if (claimed === null) return false;
    await crashpoint('outbox.deliver.before');
    await deliver(tx, claimed, subscriptions, log);
    await crashpoint('outbox.deliver.after');
    return true;
  });
}

async function deliver(tx: Tx, claimed: ClaimedEvent, subscriptions: readonly Subscription[], log: Log): Promise<void> {
  const { event, attempts } = claimed;
  const handledBy = [...claimed.handledBy];
  let failed: { consumer: string; error: string } | undefined;
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
  if (failed === undefined) await markDelivered(tx, event.seq, handledBy);
  else await markFailed(tx, { seq: event.seq, handledBy, ...failed, waitMs: backoffMs(attempts) });
}
