import { messageOf } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { ChangeReceiver } from '#ports/change-receiver.ts';
import { deliveryWaitS } from './decide.deliveries.ts';
import { COMPLIANCE_RECORDED } from './events.ts';
import type { DeliveryState } from './model.ts';
import { findRecord } from './store.ts';
import { claimDelivery, countDeliveries, listDead, noteDelivered, noteUndelivered } from './store.deliveries.ts';

/** Most deliveries of one turn: others get theirs as well. */
const MOST_AT_ONCE = 20;
const MOST_DEAD_SHOWN = 100;

/** Sends what is due, one after another; a delivery that fails waits for its next try while the others go on. */
export async function deliverDue(db: Db, receiver: ChangeReceiver | null): Promise<void> {
  if (receiver === null) return;
  for (let sent = 0; sent < MOST_AT_ONCE; sent += 1) {
    const more = await db.tx(async (tx) => {
      const due = await claimDelivery(tx);
      if (due === null) return false;
      const record = await findRecord(tx, due.recordId);
      const recordedAt = record?.record.recorded_at ?? '';
      const body = JSON.stringify({ type: COMPLIANCE_RECORDED, timestamp: recordedAt, data: { sha256: record?.sha256, record: record?.record } });
      try {
        await receiver.send({ id: due.recordId, at: new Date(), body });
        await noteDelivered(tx, due.recordId);
      } catch (error) {
        await noteUndelivered(tx, due.recordId, messageOf(error), deliveryWaitS(due.attempts));
      }
      return true;
    });
    if (!more) return;
  }
}

export async function deliveriesOf(db: Db): Promise<DeliveryState> {
  const [counts, dead] = await Promise.all([countDeliveries(db), listDead(db, MOST_DEAD_SHOWN)]);
  return { ...counts, dead: dead.map(({ recordId, attempts, lastError }) => ({ record_id: recordId, attempts, last_error: lastError })) };
}
