import { AppError } from '#kernel/errors.ts';
import { launch, type Rollback } from './commands.rollback.ts';
import type { QueueChoiceEvent } from './events.ts';
import type { TargetMoveRow } from './model.history.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { dismissAlarm, lastAttempt, listRollbacksOf } from './store.history.ts';
import { loadEntry } from './store.read.ts';

/** A person's order with its reason; `by` is an `Actor.subject`. */
export interface Order {
  by: string;
  reason: string;
}

/**
 * Lands once more what landed and is not on the branch any more, because somebody rewrote it or it was rolled back: the stored document as the
 * next attempt, through the whole ladder. Throws AppError conflict `wrong_state`, `still_landed`, `attempt_stale`.
 */
export async function reland(deps: MergeQueueDeps, id: string, order: Order): Promise<Rollback> {
  const entry = await loadEntry(deps.db, id);
  if (entry === undefined) throw new AppError('not_found', `There is no change request ${id}.`);
  if (entry.state !== 'landed' || entry.landedCommit === null) {
    const hint = entry.state === 'quarantined' ? 'Try it again (retry).' : undefined;
    throw new AppError('conflict', `Only what landed once can be landed again; ${id} is ${entry.state.replace('_', ' ')}.`, {
      code: 'wrong_state',
      hint,
      detail: { state: entry.state },
    });
  }
  const last = await lastAttempt(deps.db, entry);
  if (last !== undefined && last.attempt > entry.attempt)
    throw new AppError('conflict', `Attempt ${last.attempt} of ${entry.taskId} took its place.`, {
      code: 'attempt_stale',
      detail: { change_request_id: last.id },
    });
  const mirror = await deps.mirrors(entry.repositoryId);
  await mirror.fetch();
  const ref = entry.publish.kind === 'action' ? `refs/remotes/source/${entry.target}` : `refs/heads/${entry.target}`;
  const head = await mirror.resolve(ref);
  const there = head !== null && (await mirror.isAncestor(entry.landedCommit, head));
  const undone = (await listRollbacksOf(deps.db, id)).some(
    (row) => row.kind === 'rollback' && row.rollsBack.includes(id) && row.state === 'submitted',
  );
  if (there && !undone) throw new AppError('conflict', `${id} is on ${entry.target} as ${entry.landedCommit}.`, { code: 'still_landed' });
  const { projectId, repositoryId, workItemId } = entry;
  const document = { ...entry.document, attempt: entry.attempt + 1 };
  const lands = entry.publish.kind === 'action' ? 'action' : 'queue';
  return launch(deps, {
    kind: 'reland',
    id: deps.ids.next('rollback'),
    document,
    projectId,
    repositoryId,
    workItemId,
    rollsBack: [id],
    lands,
    ...order,
  });
}

/** A person took note of a rewritten target: it is no alarm any more. Throws AppError not_found. */
export function dismiss(deps: MergeQueueDeps, ordinal: number, order: Order): Promise<TargetMoveRow> {
  return deps.db.tx(async (tx) => {
    const row = await dismissAlarm(tx, ordinal, { actor: order.by, reason: order.reason, at: deps.clock.now() });
    if (row === undefined) throw new AppError('not_found', `There is no open alarm ${ordinal}.`);
    const kind: QueueChoiceEvent = 'queue_alarm.dismissed';
    const payload = { alarm: ordinal, target: row.target, from: row.fromCommit, to: row.toCommit, lost: row.lost, reason: order.reason };
    deps.ledger.append(tx, { kind, subject: row.repositoryId, actor: order.by, projectId: null, workItemId: null, payload });
    await deps.outbox.put(tx, { type: kind, subject: row.repositoryId, data: payload });
    return row;
  });
}
