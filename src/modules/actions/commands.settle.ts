import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import { recordSpan } from '#platform/telemetry/index.ts';
import { closeApproval } from '#modules/approvals/index.ts';
import { notify, record, type Context } from './commands.context.ts';
import { propose } from './commands.propose.ts';
import { proposalOf } from './commands.record.ts';
import { changedArgs, fixedBecause } from './decide.schema.ts';
import { ACTION_EVENTS } from './events.ts';
import type { ProposingTx, Settlement } from './model.ts';
import { databaseNow, findAction, moveAction, type ActionRow, type Change } from './store.ts';

/** What people decided (or let expire), written to the pending action. An `ask` nobody answered counts as declined. */
export async function settle(context: Context, tx: Tx, id: string, settlement: Settlement): Promise<ActionRow> {
  const row = await moveAction(tx, id, ['pending'], changeOf(settlement, await required(tx, id)));
  if (row === null) throw new AppError('conflict', 'The action is no longer pending.', { code: 'already_decided' });
  const { by, reason } = settlement;
  const status = settlement.status;
  const votes: JsonObject =
    settlement.status === 'approved'
      ? { voters: settlement.voters.map(({ subject, role }) => ({ subject, role })), self_approved: settlement.selfApproved }
      : {};
  await record(context, tx, row, ACTION_EVENTS[status], by, { decided_by: by, reason, ...votes });
  await notify(context, tx, row, { status, by, reason, supersededBy: null });
  const attributes = { 'reeve.action.id': row.id, 'reeve.action.kind': row.record.kind, 'reeve.approval.status': status };
  recordSpan('approval.wait', row.traceparent, { from: row.createdAt, to: await databaseNow(tx) }, attributes);
  return row;
}

function changeOf(settlement: Settlement, row: ActionRow): Change {
  if (settlement.status === 'approved') {
    return { status: 'approved', authorization: { by: 'people', voters: settlement.voters, selfApproved: settlement.selfApproved } };
  }
  const unanswered = settlement.status === 'expired';
  const askExpired = unanswered && row.decision.kind === 'approval' && row.decision.mode === 'ask';
  const reason = settlement.reason ?? (unanswered ? 'Nobody decided in time.' : 'A person declined it.');
  return { status: askExpired ? 'declined' : settlement.status, outcome: { reason, decided_by: settlement.by } };
}

export async function required(tx: Tx, id: string): Promise<ActionRow> {
  const row = await findAction(tx, id);
  if (row === null) throw new AppError('not_found', `There is no action ${id}.`);
  return row;
}

/**
 * Replaces a pending action by one with other args. The person who changed them becomes its proposer, so that on high risk somebody else
 * decides; the one who asked for the work stays the trigger.
 */
export async function modify(context: Context, tx: ProposingTx, id: string, args: JsonObject, by: Actor): Promise<ActionRow> {
  if (by.kind === 'agent') throw new AppError('forbidden', 'An agent never changes what people decide on.', { code: 'agent_never_decides' });
  const old = await required(tx, id);
  const fixed = fixedBecause(old.record.kind);
  if (fixed !== null)
    throw new AppError('refused', `The arguments of ${old.record.kind} are not changed in its approval.`, { code: 'not_modifiable', hint: fixed });
  const closed = await closeApproval(tx, id, 'modified', by.subject, null);
  if (!closed)
    throw new AppError('conflict', `The action is ${old.status}; only a pending one can be modified.`, {
      code: 'already_decided',
      detail: { status: old.status },
    });
  const proposal = { ...proposalOf(old), args: changedArgs(old.record, args), proposer: { subject: by.subject }, idempotencyKey: `modify:${id}` };
  const successor = await propose(context, tx, proposal, old.id);
  const reason = 'Replaced by an action with other arguments.';
  const row = await moveAction(tx, id, ['pending'], { status: 'superseded', supersededBy: successor.id, outcome: { reason, by: by.subject } });
  if (row === null) throw new AppError('conflict', 'The action is no longer pending.', { code: 'already_decided' });
  await record(context, tx, row, ACTION_EVENTS.superseded, by.subject, { superseded_by: successor.id });
  await notify(context, tx, row, { status: 'modified', by: by.subject, reason, supersededBy: successor.id });
  if (successor.status === 'approved')
    await notify(context, tx, successor, { status: 'approved', by: 'policy', reason: successor.decision.reason, supersededBy: null });
  return successor;
}

const FINISHED = new Set(['executed', 'failed', 'declined', 'expired', 'superseded', 'denied', 'shadowed']);

/** The approval row first, then the action row: the same order as a decision, so that the two never wait for each other. */
export async function withdraw(context: Context, tx: Tx, id: string, { reason, by }: { reason: string; by: string }): Promise<void> {
  await closeApproval(tx, id, 'withdrawn', by, reason);
  const row = await moveAction(tx, id, ['pending', 'approved'], { status: 'superseded', outcome: { reason, withdrawn_by: by } });
  if (row === null) {
    const now = await required(tx, id);
    if (FINISHED.has(now.status)) return;
    throw new AppError('conflict', 'The action has started and cannot be taken back.', { code: 'action_executing' });
  }
  await record(context, tx, row, ACTION_EVENTS.withdrawn, by, { reason });
  await notify(context, tx, row, { status: 'withdrawn', by, reason, supersededBy: null });
}
