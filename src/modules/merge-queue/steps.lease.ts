import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import type { ChangeRequestEvent } from './events.ts';
import type { QueueEntry } from './model.ts';
import { announce, type MergeQueueDeps } from './steps.context.ts';
import { transitionEntry, type EntryChange } from './store.ts';
import { holdLease, type Lease } from './store.targets.ts';

/** Another worker took the target: everything this one still wanted to do there is void. */
export class LeaseLost extends AppError {
  constructor(lease: Lease) {
    super('conflict', `Another worker took over ${lease.target}.`, { code: 'lease_lost' });
    this.name = 'LeaseLost';
  }
}

/** The entry moved under us (a person dropped it): look again. */
export class EntryMoved extends AppError {
  constructor(entry: QueueEntry) {
    super('conflict', `The change request ${entry.id} moved meanwhile.`, { code: 'entry_moved' });
    this.name = 'EntryMoved';
  }
}

export interface Move {
  to: QueueEntry['state'];
  event: string;
  detail: JsonObject;
  change: EntryChange;
  /** What the move owes beside the journal, if anything. */
  announce?: { type: ChangeRequestEvent; reason: string | null };
}

/** Moves an entry within `tx`, as the holder of the lease and from the version that was read; throws LeaseLost or EntryMoved. */
export async function moveUnderLease(deps: MergeQueueDeps, tx: Tx, held: { lease: Lease; entry: QueueEntry }, move: Move): Promise<QueueEntry> {
  const { lease, entry } = held;
  if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
  const detail = { ...move.detail, worker: lease.owner, lease_epoch: lease.epoch };
  const moved = await transitionEntry(tx, entry, {
    to: move.to,
    event: move.event,
    actor: 'queue',
    at: deps.clock.now(),
    detail,
    change: move.change,
  });
  if (moved === undefined) throw new EntryMoved(entry);
  if (move.announce !== undefined) await announce(deps, tx, move.announce.type, { entry: moved, actor: 'system', reason: move.announce.reason });
  return moved;
}

/** Moves several entries as one: all of them, or none when one moved meanwhile. `more` joins the transaction. */
export function moveTogether(
  deps: MergeQueueDeps,
  held: { lease: Lease; entries: readonly QueueEntry[] },
  to: (entry: QueueEntry, at: number) => Move,
  more?: (tx: Tx, moved: readonly QueueEntry[]) => Promise<void>,
): Promise<QueueEntry[]> {
  return deps.db.tx(async (tx) => {
    const moved: QueueEntry[] = [];
    for (const [at, entry] of held.entries.entries()) moved.push(await moveUnderLease(deps, tx, { lease: held.lease, entry }, to(entry, at)));
    await more?.(tx, moved);
    return moved;
  });
}
