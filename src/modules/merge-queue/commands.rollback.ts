import { AppError } from '#kernel/errors.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { submit, type SubmitContext } from './commands.submit.ts';
import { mustFollow, summaryOfRollback } from './decide.inverse.ts';
import type { QueueChoiceEvent } from './events.ts';
import type { RollbackPlan } from './model.history.ts';
import { type ChangeRequestDocument, type Publish, documentOfCommits } from '#modules/change-requests/index.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { workOutInverse, type Inverse, type RollbackSubject } from './steps.inverse.ts';
import { findRollback, insertRollback, listUnsettledRollbacks, listWaitingRollbacks, settleRollback, type RollbackRow } from './store.history.ts';
import { loadEntry } from './store.read.ts';

export interface RollbackOrder {
  subject: RollbackSubject;
  withDependents: boolean;
  /** Exactly the change requests that the person was shown and agreed to undo. */
  confirm: readonly string[];
  reason: string;
  /** `Actor.subject`. */
  by: string;
}

/** A rollback that was confirmed: on its way through the queue, or waiting for the approval of its push. */
export interface Rollback {
  row: RollbackRow;
  entry: QueueEntry | null;
}

/** What a rollback would undo, who depends on it and what prevents it; changes nothing. */
export async function planRollback(deps: MergeQueueDeps, subject: RollbackSubject, withDependents: boolean): Promise<RollbackPlan> {
  return (await workOutInverse(deps, subject, withDependents)).plan;
}

/**
 * Lands the inverse as one change request through the same queue: all of it or nothing, verified as one tree. Where what is undone
 * has left the mirror already, the push is an action like any other: it waits for its approval, and what is approved names
 * the document's hash. Throws AppError conflict `plan_changed` when it would undo something else than was confirmed,
 * `has_dependents` and `rollback_conflict` with what is in the way.
 */
export async function rollback(deps: MergeQueueDeps, order: RollbackOrder): Promise<Rollback> {
  const inverse = await workOutInverse(deps, order.subject, order.withDependents);
  refuseUnready(inverse.plan, order);
  const document = await documentOf(deps, inverse, order);
  const { projectId, repositoryId, lands, rollsBack } = inverse.plan;
  const id = document.task_id.slice('rollback:'.length);
  const { by, reason } = order;
  const { workItemId } = inverse;
  return launch(deps, {
    kind: 'rollback',
    id,
    document,
    projectId,
    repositoryId,
    workItemId,
    rollsBack: rollsBack.map((one) => one.id),
    lands,
    by,
    reason,
  });
}

function refuseUnready(plan: RollbackPlan, { confirm: confirmed }: RollbackOrder): void {
  const [conflict] = plan.conflicts;
  if (conflict !== undefined) {
    throw new AppError('conflict', `${conflict.id} cannot be undone by itself: later changes touched ${conflict.files.join(', ')}.`, {
      code: 'rollback_conflict',
      hint: 'Undo the dependents with it (--with-dependents), or undo it by hand in a change of your own.',
      detail: { conflicts: plan.conflicts.map(({ id, files }) => ({ change_request_id: id, files })) },
    });
  }
  const left = mustFollow(plan.dependents);
  if (left.length > 0) {
    throw new AppError('conflict', `${left.map(({ id }) => id).join(', ')} ${left.length === 1 ? 'depends' : 'depend'} on it.`, {
      code: 'has_dependents',
      hint: 'Undo them too: --with-dependents.',
      detail: { dependents: left.map(({ id, of }) => ({ change_request_id: id, of })) },
    });
  }
  const wanted = new Set(confirmed);
  if (wanted.size !== plan.rollsBack.length || !plan.rollsBack.every(({ id }) => wanted.has(id))) {
    throw new AppError('conflict', 'It would undo something else than what was confirmed.', {
      code: 'plan_changed',
      hint: 'Look at the plan again and confirm that.',
      detail: { rolls_back: plan.rollsBack.map(({ id }) => id) },
    });
  }
}

async function documentOf(deps: MergeQueueDeps, { plan, tip, root }: Inverse, { reason }: RollbackOrder): Promise<ChangeRequestDocument> {
  const mirror = await deps.mirrors(plan.repositoryId);
  const original = await loadEntry(deps.db, root.id);
  return documentOfCommits(mirror, {
    base: plan.head,
    head: tip ?? plan.head,
    repo: original?.document.repo ?? '',
    target: plan.target,
    taskId: `rollback:${deps.ids.next('rollback')}`,
    attempt: 1,
    summary: summaryOfRollback(plan.rollsBack, reason),
    reverts: root.id,
  });
}

/** What is sent into the queue on a person's word. */
export interface Launch {
  kind: RollbackRow['kind'];
  id: string;
  document: ChangeRequestDocument;
  projectId: string;
  repositoryId: string;
  workItemId: string | null;
  rollsBack: string[];
  lands: 'queue' | 'action';
  by: string;
  reason: string;
}

/** Stores it, submits it (or proposes its push and waits for the approval), and answers how it stands. AppError refused when nothing came of it. */
export async function launch(deps: MergeQueueDeps, order: Launch): Promise<Rollback> {
  const row = await confirm(deps, order);
  await settleOne(deps, row);
  const settled = await readRollback(deps, row.id);
  if (settled.row.state !== 'given_up') return settled;
  throw new AppError('refused', `Nothing was submitted: ${settled.row.detail ?? 'no reason given'}`, {
    code: 'rollback_refused',
    detail: { rollback_id: row.id },
  });
}

/** The row, the proposal of a push and the ledger entry are one transaction. */
async function confirm(deps: MergeQueueDeps, order: Launch): Promise<RollbackRow> {
  const { id, kind, document, projectId, repositoryId, workItemId, by } = order;
  const documentSha256 = sha256Hex(canonicalJson(document));
  if (order.lands !== 'action') return deps.db.tx((tx) => insertConfirmed(deps, tx, order, { documentSha256, actionId: null }));
  if (deps.proposePush === undefined) throw new AppError('unavailable', 'This installation cannot push.', { code: 'publish_unavailable' });
  const push = { projectId, repositoryId, workItemId, target: document.target, subject: `${id}:${documentSha256}`, by, key: `queue.${kind}:${id}` };
  return deps.proposePush(push, (tx, actionId) => insertConfirmed(deps, tx, order, { documentSha256, actionId }));
}

async function insertConfirmed(
  deps: MergeQueueDeps,
  tx: Tx,
  { id, kind, document, projectId, repositoryId, workItemId, rollsBack, by, reason }: Launch,
  { documentSha256, actionId }: { documentSha256: string; actionId: string | null },
): Promise<RollbackRow> {
  const { target } = document;
  const at = deps.clock.now();
  const place = { id, kind, projectId, repositoryId, target, document, documentSha256, rollsBack };
  const row = { ...place, actionId, state: 'waiting' as const, requestedBy: by, reason, createdAt: at };
  await insertRollback(tx, row);
  const type: QueueChoiceEvent = kind === 'rollback' ? 'queue_rollback.confirmed' : 'queue_reland.confirmed';
  const payload = { rollback_id: id, target, change_requests: rollsBack, document_sha256: documentSha256, action_id: actionId, reason };
  deps.ledger.append(tx, { kind: type, subject: id, actor: by, projectId, workItemId, payload });
  await deps.outbox.put(tx, { type, subject: id, projectId, ...(workItemId === null ? {} : { workItemId }), data: payload });
  return { ...row, detail: null, changeRequestId: null, updatedAt: at };
}

/** The same document again gets the same entry: a crash between submitting and writing that down repeats nothing. */
async function submitRollback(deps: MergeQueueDeps, row: RollbackRow, publish: Publish, workItemId: string | null): Promise<void> {
  const context: SubmitContext = {
    actor: row.requestedBy,
    projectId: row.projectId,
    repositoryId: row.repositoryId,
    workItemId,
    publish,
    priority: 0,
  };
  const result = await submit(deps, row.document, context);
  if (result.ok) {
    await settleRollback(deps.db, row.id, { state: 'submitted', changeRequestId: result.value.id, detail: null, at: deps.clock.now() });
    return;
  }
  const detail = result.error.map((refusal) => `${refusal.path === null ? '' : `${refusal.path}: `}${refusal.detail}`).join(' ');
  await giveUp(deps, row, `The queue refused it: ${detail}`);
}

async function giveUp(deps: MergeQueueDeps, row: RollbackRow, detail: string): Promise<void> {
  await deps.db.tx(async (tx) => {
    await settleRollback(tx, row.id, { state: 'given_up', changeRequestId: null, detail, at: deps.clock.now() });
    const kind: QueueChoiceEvent = 'queue_rollback.given_up';
    const payload = { rollback_id: row.id, target: row.target, action_id: row.actionId, detail };
    deps.ledger.append(tx, { kind, subject: row.id, actor: 'system', projectId: row.projectId, workItemId: null, payload });
    await deps.outbox.put(tx, { type: kind, subject: row.id, projectId: row.projectId, data: payload });
  });
}

/** What an action's decision means for what waits for it. Idempotent; to be called when an action was decided on. */
export async function settleRollbacks(deps: MergeQueueDeps, actionId: string): Promise<void> {
  for (const row of await listWaitingRollbacks(deps.db, actionId)) await settleOne(deps, row);
}

/** Goes on with everything that was confirmed and is neither submitted nor given up: a process died in between, or an event was missed. */
export async function resumeRollbacks(deps: MergeQueueDeps): Promise<void> {
  for (const row of await listUnsettledRollbacks(deps.db)) await settleOne(deps, row);
}

async function settleOne(deps: MergeQueueDeps, row: RollbackRow): Promise<void> {
  const original = await loadEntry(deps.db, row.rollsBack.at(-1) ?? '');
  const workItemId = original?.workItemId ?? null;
  if (row.actionId === null) return submitRollback(deps, row, { kind: 'mirror' }, workItemId);
  const status = (await deps.actionStatus?.(row.actionId)) ?? null;
  if (status === 'pending') return;
  if (status === 'approved') await submitRollback(deps, row, { kind: 'action', actionId: row.actionId }, workItemId);
  else await giveUp(deps, row, `The push was ${status ?? 'lost'}.`);
}

export async function readRollback(deps: MergeQueueDeps, id: string): Promise<Rollback> {
  const row = await findRollback(deps.db, id);
  if (row === undefined) throw new AppError('not_found', `There is no rollback ${id}.`);
  return { row, entry: row.changeRequestId === null ? null : ((await loadEntry(deps.db, row.changeRequestId)) ?? null) };
}
