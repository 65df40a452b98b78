import { AppError } from '#kernel/errors.ts';
import { mayDrop, mayRetry } from './decide.ts';
import type { QueueEntry } from './model.ts';
import { announce, type MergeQueueDeps } from './steps.context.ts';
import { transitionEntry, type Transition } from './store.moves.ts';
import { lockEntry, saveClosed } from './store.ts';

/** Puts a quarantined entry back into the queue; its conflict or check output stays in the journal. */
export function retry(deps: MergeQueueDeps, id: string, by: string): Promise<QueueEntry> {
  return deps.db.tx(async (tx) => {
    const entry = await mustLock(tx, id);
    refuseClosed(entry);
    if (!mayRetry(entry.state)) throw wrongState(entry, 'Only a quarantined change request can be tried again.');
    const afresh = { retries: 0, baseMoves: 0, notBefore: null, lastError: null, candidate: null, verifiedTree: null, rung: null };
    const change = { quarantine: null, ...afresh, build: null, provenOn: null, suspicion: null, attribution: null };
    const detail = { quarantine: entry.quarantine?.kind ?? null };
    const moved = await mustMove(tx, entry, { to: 'queued', event: 'requeued', actor: by, at: deps.clock.now(), detail, change });
    await announce(deps, tx, 'change_request.requeued', { entry: moved, actor: by, reason: null });
    return moved;
  });
}

/** Says why nobody has to decide about an entry that was set aside: what takes its place is on its way, or its merge was taken back. Null: somebody has. */
export async function close(deps: MergeQueueDeps, id: string, reason: string | null): Promise<void> {
  await deps.db.tx(async (tx) => {
    const entry = await mustLock(tx, id);
    if (entry.state !== 'quarantined' || entry.closedReason === reason) return;
    await saveClosed(tx, id, reason);
    const type = reason === null ? 'change_request.reopened' : 'change_request.closed';
    await announce(deps, tx, type, { entry: { ...entry, closedReason: reason }, actor: 'system', reason });
  });
}

/** Throws AppError conflict `closed`. */
export function refuseClosed({ id, closedReason }: Pick<QueueEntry, 'id' | 'closedReason'>): void {
  if (closedReason === null) return;
  throw new AppError('conflict', `There is nothing to decide about ${id} any more. ${closedReason}`, { code: 'closed' });
}

/** Takes an entry out of the queue for good. Its contents stay stored. */
export function drop(deps: MergeQueueDeps, id: string, why: { reason: string; by: string }): Promise<QueueEntry> {
  return deps.db.tx(async (tx) => {
    const entry = await mustLock(tx, id);
    if (entry.state === 'dropped') return entry;
    if (!mayDrop(entry.state)) throw wrongState(entry, `A change request that is ${entry.state.replace('_', ' ')} cannot be dropped.`);
    const change = { quarantine: null, lastError: why.reason };
    const moved = await mustMove(tx, entry, {
      to: 'dropped',
      event: 'dropped',
      actor: why.by,
      at: deps.clock.now(),
      detail: { reason: why.reason },
      change,
    });
    await announce(deps, tx, 'change_request.dropped', { entry: moved, actor: why.by, reason: why.reason });
    return moved;
  });
}

type Tx = Parameters<typeof lockEntry>[0];

async function mustLock(tx: Tx, id: string): Promise<QueueEntry> {
  const entry = await lockEntry(tx, id);
  if (entry === undefined) throw new AppError('not_found', `There is no change request ${id}.`);
  return entry;
}

/** The row is locked, so its version cannot have moved. */
async function mustMove(tx: Tx, entry: QueueEntry, move: Transition): Promise<QueueEntry> {
  const moved = await transitionEntry(tx, entry, move);
  if (moved === undefined) throw new AppError('conflict', `The change request ${entry.id} moved meanwhile.`);
  return moved;
}

function wrongState(entry: QueueEntry, sentence: string): AppError {
  return new AppError('conflict', `${sentence} ${entry.id} is ${entry.state.replace('_', ' ')}.`, {
    code: 'wrong_state',
    detail: { state: entry.state },
  });
}
