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

/** How long a delivery is one process's: well above what the port gives one sending. */
const LEASE_S = 120;

/**
 * Sends what is due, one after another; a delivery that fails waits for its next try while the others go on. Each is claimed, sent while
 * no transaction is open, and noted by whoever still holds the claim: two processes never send one at once, and what a process that died
 * had claimed is sent again when its time is over, under the same id.
 */
export async function deliverDue(db: Db, receiver: ChangeReceiver | null): Promise<void> {
  if (receiver === null) return;
  for (let sent = 0; sent < MOST_AT_ONCE; sent += 1) {
    const due = await claimDelivery(db, LEASE_S);
    if (due === null) return;
    const body = await bodyOf(db, due.recordId);
    try {
      await receiver.send({ id: due.recordId, at: due.at, body });
    } catch (error) {
      await noteUndelivered(db, due, messageOf(error), deliveryWaitS(due.attempts));
      continue;
    }
    await noteDelivered(db, due);
  }
}

async function bodyOf(db: Db, recordId: string): Promise<string> {
  const record = await findRecord(db, recordId);
  const timestamp = record?.record.recorded_at ?? '';
  return JSON.stringify({ type: COMPLIANCE_RECORDED, timestamp, data: { sha256: record?.sha256, record: record?.record } });
}

export async function deliveriesOf(db: Db): Promise<DeliveryState> {
  const [counts, dead] = await Promise.all([countDeliveries(db), listDead(db, MOST_DEAD_SHOWN)]);
  return { ...counts, dead: dead.map(({ recordId, attempts, lastError }) => ({ record_id: recordId, attempts, last_error: lastError })) };
}
