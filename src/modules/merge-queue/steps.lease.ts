import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import type { ChangeRequestEvent } from './events.ts';
import type { QueueEntry } from './model.ts';
import { announceAll, type MergeQueueDeps } from './steps.context.ts';
import { transitionEntries, type EntryChange } from './store.moves.ts';
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
  constructor(entries: QueueEntry | readonly QueueEntry[]) {
    super(
      'conflict',
      `The change request ${[entries]
        .flat()
        .map(({ id }) => id)
        .join(' or ')} moved meanwhile.`,
      { code: 'entry_moved' },
    );
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
  const [moved] = await moveAllUnderLease(deps, tx, { lease: held.lease, entries: [held.entry] }, () => move);
  if (moved === undefined) throw new EntryMoved(held.entry);
  return moved;
}

/** As `moveUnderLease` for several, all or none: one look at the lease and as many statements as for one. */
export async function moveAllUnderLease(
  deps: MergeQueueDeps,
  tx: Tx,
  { lease, entries }: { lease: Lease; entries: readonly QueueEntry[] },
  to: (entry: QueueEntry, at: number) => Move,
): Promise<QueueEntry[]> {
  if (!(await holdLease(tx, lease))) throw new LeaseLost(lease);
  const moves = entries.map((entry, at) => ({ entry, move: to(entry, at) }));
  const at = deps.clock.now();
  const moved = await transitionEntries(
    tx,
    moves.map(({ entry, move }) => ({
      entry,
      move: { ...move, actor: 'queue', at, detail: { ...move.detail, worker: lease.owner, lease_epoch: lease.epoch } },
    })),
  );
  if (moved === undefined) throw new EntryMoved(entries);
  const told = moved.flatMap((entry, place) => {
    const owed = moves[place]?.move.announce;
    return owed === undefined ? [] : [{ type: owed.type, entry, actor: 'system', reason: owed.reason }];
  });
  await announceAll(deps, tx, told);
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
    const moved = await moveAllUnderLease(deps, tx, held, to);
    await more?.(tx, moved);
    return moved;
  });
}
