import { AppError } from '#kernel/errors.ts';
import type { ActionId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import { activeTraceparent, withSpan } from '#platform/telemetry/index.ts';
import { openApproval } from '#modules/approvals/index.ts';
import { EngineUnasked, type PolicyDecision } from '#modules/policy/index.ts';
import { announce, asItLeaves, evaluateNow, record, shadowNow, type Context } from './commands.context.ts';
import { digestOf, normalised, recordOf, requestHashOf } from './commands.record.ts';
import { decideStart } from './decide.ts';
import { ACTION_EVENTS } from './events.ts';
import type { ActionStatus, Proposal, ProposingTx } from './model.ts';
import { secretIn, heldSentence, withoutSecrets, type HeldSecret } from './steps.outgoing.ts';
import { databaseNow, findByKey, insertAction, type ActionRow } from './store.ts';

/**
 * Writes the action a proposal becomes, in a transaction that `transaction` began. Same key and same request: the action already there.
 * EngineUnasked where an outside engine has not been asked yet.
 */
export async function propose(context: Context, tx: ProposingTx, given: Proposal, supersedes: ActionId | null = null): Promise<ActionRow> {
  const written = await withSpan('action.propose', { 'reeve.action.kind': given.kind }, async (span) => {
    try {
      const row = await write(context, tx, given, supersedes);
      span.setAttributes({ 'reeve.action.id': row.id, 'reeve.action.status': row.status });
      return row;
    } catch (error) {
      // No failure: the transaction comes again with the answer.
      if (error instanceof EngineUnasked) return error;
      throw error;
    }
  });
  if (written instanceof EngineUnasked) throw written;
  return written;
}

async function write(context: Context, tx: ProposingTx, given: Proposal, supersedes: ActionId | null): Promise<ActionRow> {
  const proposal = normalised(given, context.outgoing.redact);
  // Of the request, not of what is made of it: asked again under another `pii_redaction`, it is the same one with the same digest.
  const requestHash = requestHashOf(proposal);
  const before = await findByKey(tx, proposal.idempotencyKey);
  if (before !== null) return sameRequest(before, requestHash);
  await refuseForbidden(context, proposal);
  const held = await secretIn(proposal, context.outgoing);
  if (held !== null) refuseSecret(proposal, held, supersedes);
  // A workflow cannot mend its text: its action is denied, and what is kept of it is what people may see.
  const leaving = await asItLeaves(context, proposal);
  const kept = held === null ? leaving : await withoutSecrets(leaving, context.outgoing);
  const { decision: decided } = await evaluateNow(context, kept, tx);
  const decision: PolicyDecision = held === null ? decided : heldDecision(decided, held);
  const status = decideStart(proposal.kind, decision, await shadowNow(context, proposal));
  const action = recordOf(kept, { id: context.ids.next('action'), organisation: context.organisation, decision, now: await databaseNow(tx) });
  const row = await insertAction(tx, {
    idempotencyKey: proposal.idempotencyKey,
    requestHash,
    record: action,
    digest: digestOf(action),
    status,
    decision,
    facts: proposal.facts ?? {},
    authorization: status === 'approved' ? { by: 'policy', rule: decision.rule } : null,
    projectId: proposal.projectId,
    workItemId: proposal.workItemId,
    notifyWorkflow: proposal.notifyWorkflow ?? null,
    runBy: proposal.runBy ?? 'caller',
    supersedes,
    outcome: outcomeOf(status, decision),
    traceparent: activeTraceparent() ?? null,
  });
  if (row === null) return sameRequest(await winner(tx, proposal.idempotencyKey), requestHash);
  await recordProposal(context, tx, row);
  return row;
}

/** AppError forbidden (403) for a target outside the allowlist or a project that opted out. */
export async function refuseForbidden(context: Context, proposal: Proposal): Promise<void> {
  const refusal = await context.refusal(proposal);
  if (refusal !== null) throw new AppError('forbidden', refusal, { code: 'target_not_allowed' });
}

/** AppError invalid (422) for whoever can mend the text and ask again: an agent or a person over HTTP, and whoever modifies an action. */
function refuseSecret(proposal: Proposal, held: HeldSecret, supersedes: ActionId | null): void {
  if (proposal.runBy !== 'executor' && supersedes === null) return;
  throw new AppError('invalid', heldSentence(held), {
    code: SECRET_HELD,
    hint: 'Take it out and propose again. If it is a real secret, revoke it: it has left the place where it was safe.',
    detail: { rule: held.rule, place: held.place, line: held.line },
  });
}

/** The code of a proposal that was refused for a secret in it. */
export const SECRET_HELD = 'secret_in_proposal';

const heldDecision = ({ risk, policyHash }: PolicyDecision, held: HeldSecret): PolicyDecision => ({
  kind: 'deny',
  risk,
  rule: `text.${held.rule}`,
  reason: heldSentence(held),
  policyHash,
});

function sameRequest(row: ActionRow, requestHash: string): ActionRow {
  if (row.requestHash === requestHash) return row;
  throw new AppError('conflict', 'This idempotency key was used for another proposal.', {
    code: 'idempotency_conflict',
    detail: { action_id: row.id },
  });
}

/** The insert waited for the other transaction, so its row is there now. */
async function winner(tx: Tx, key: string): Promise<ActionRow> {
  const row = await findByKey(tx, key);
  if (row === null) throw new AppError('unavailable', 'The proposal collided with another one; try again.', { code: 'idempotency_race' });
  return row;
}

function outcomeOf(status: ActionStatus, decision: PolicyDecision): JsonObject | null {
  if (status === 'denied') return { reason: decision.reason, rule: decision.rule };
  if (status === 'shadowed') return { reason: 'Shadow mode: decided and recorded, not executed.', would: decision.kind };
  return null;
}

async function recordProposal(context: Context, tx: Tx, row: ActionRow): Promise<void> {
  const { decision, record: action } = row;
  const details: JsonObject = {
    risk: action.risk,
    answer: decision.kind,
    rule: decision.rule,
    reason: decision.reason,
    policy_hash: decision.policyHash,
  };
  const origin: JsonObject = {
    proposer: action.proposer,
    trigger_user: action.trigger_user,
    preconditions: action.preconditions,
    expires_at: action.expires_at,
    supersedes: row.supersedes,
  };
  await record(context, tx, row, ACTION_EVENTS.proposed, action.proposer.subject, { ...details, ...origin });
  if (row.status === 'denied') await record(context, tx, row, ACTION_EVENTS.denied, 'policy', details);
  if (row.status === 'shadowed') await record(context, tx, row, ACTION_EVENTS.shadowed, 'policy', details);
  if (row.status === 'approved') await record(context, tx, row, ACTION_EVENTS.approved, 'policy', details);
  if (row.status !== 'pending' || decision.kind !== 'approval') return;
  await openApproval(tx, {
    id: row.id,
    digest: row.digest,
    mode: decision.mode,
    approvers: decision.approvers,
    needed: decision.minApprovals,
    expiresAt: row.expiresAt,
  });
  await announce(context, tx, row, ACTION_EVENTS.requested, {
    approvers: decision.approvers,
    needed: decision.minApprovals,
    reason: decision.reason,
  });
}
