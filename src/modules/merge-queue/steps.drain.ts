import type { MergeQueueDeps } from './steps.context.ts';
import { saveControl, type Lease, type TargetKey, type TargetState } from './store.targets.ts';
import type { QueueTargetEvent } from './events.ts';
import type { Tx } from '#platform/db/index.ts';
import type { TargetControl } from '#modules/queue-schedule/index.ts';

/** A change of a target's control with everything it owes, in one transaction. Answers whether it changed anything. */
export async function setControl(
  deps: Pick<MergeQueueDeps, 'clock' | 'ledger' | 'outbox'>,
  tx: Tx,
  key: TargetKey,
  change: { control: TargetControl; type: QueueTargetEvent; by: string; reason: string | null },
): Promise<boolean> {
  const { control, type, by, reason } = change;
  const before = await saveControl(tx, key, { control, event: type, by, reason, at: deps.clock.now() });
  if (before === control) return false;
  const data = { repository_id: key.repositoryId, target: key.target, from: before, to: control, by, reason };
  deps.ledger.append(tx, { kind: type, subject: key.repositoryId, actor: by, projectId: null, workItemId: null, payload: data });
  await deps.outbox.put(tx, { type, subject: key.repositoryId, data });
  return true;
}

/** A draining target whose last build is done is paused, and says so. */
export async function recordDrained(deps: MergeQueueDeps, lease: Lease, target: TargetState, inFlight = 0): Promise<void> {
  if (target.control !== 'draining' || inFlight > 0) return;
  await deps.db.tx((tx) =>
    setControl(deps, tx, lease, { control: 'paused', type: 'queue_target.drained', by: 'queue', reason: target.controlReason }),
  );
}
