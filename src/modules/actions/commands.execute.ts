import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { withTracedSpan } from '#platform/telemetry/index.ts';
import { toStoredJson } from '#modules/ledger/index.ts';
import { evaluateNow, record, shadowNow, type Context } from './commands.context.ts';
import { unguardedNow } from './commands.guards.ts';
import { propose, SECRET_HELD } from './commands.propose.ts';
import { digestOf, proposalOf } from './commands.record.ts';
import { transaction } from './commands.transaction.ts';
import { decideFailure, decideStillAllowed, isShadowed, retryDelayS, type Stop } from './decide.ts';
import { ACTION_EVENTS } from './events.ts';
import type { Authorization, Effect, ProposingTx } from './model.ts';
import { databaseNow, findAction, toAction, type ActionRow } from './store.ts';
import { endWithoutReceipt, noteFailedAttempt, startAttempt, writeReceipt } from './store.execution.ts';

const FINISHED = new Set(['executed', 'failed', 'shadowed']);
const RUNNABLE = new Set(['approved', 'executing']);

/** The row when it is finished; null when it may run; AppError refused for every other state. */
function finishedOrRunnable(row: ActionRow): ActionRow | null {
  if (FINISHED.has(row.status)) return row;
  if (RUNNABLE.has(row.status)) return null;
  throw new AppError('refused', `The action is ${row.status}; it may not run.`, {
    code: `action_${row.status}`,
    detail: { action_id: row.id, status: row.status },
  });
}

async function load(context: Context, id: string): Promise<ActionRow> {
  const row = await findAction(context.db, id);
  if (row === null) throw new AppError('not_found', `There is no action ${id}.`);
  return row;
}

export interface Execution {
  /** Facts of the caller, for the effect. */
  given: JsonObject;
  /** How long to wait for another worker that is at it. */
  waitMs: number;
  /** Whoever calls goes on with the action that is proposed again. */
  askAgain?: boolean;
  /** Why it is not to be done any more, though nothing forbids it: what waits on the outside is taken back. */
  giveUp?: string;
}

/** Executes one action under its lock. */
export async function execute(context: Context, id: string, how: Execution): Promise<ActionRow> {
  const row = await load(context, id);
  const finished = finishedOrRunnable(row);
  if (finished !== null) return finished;
  const { traceparent, record: action } = row;
  return withTracedSpan('action.execute', traceparent, { 'reeve.action.id': id, 'reeve.action.kind': action.kind }, (span) =>
    context.locks.hold(`action:${id}`, how.waitMs, async () => {
      const ended = await executeHeld(context, id, { ...how, given: toStoredJson(how.given) as JsonObject });
      span.setAttribute('reeve.action.status', ended.status);
      return ended;
    }),
  );
}

async function executeHeld(context: Context, id: string, { given, askAgain = false, giveUp }: Execution): Promise<ActionRow> {
  const row = await load(context, id);
  const finished = finishedOrRunnable(row);
  if (finished !== null) return finished;
  const effect = context.effects.get(row.record.kind);
  if (effect === undefined) throw new AppError('internal', `Nothing here can do ${row.record.kind}.`, { code: 'effect_missing' });
  const done = await probeEarlier(effect, row, given);
  if (done !== null) return receive(context, row, row.attempt, done);
  if (giveUp !== undefined && (row.status !== 'executing' || effect.recall === undefined)) throw nothingWaits();
  const { stop, policyHash, shadowed } = giveUp === undefined ? await standingNow(context, row, effect) : givenUp(giveUp);
  if (stop !== null || shadowed) {
    const { happened, kept } = await recallEarlier(effect, row, { given, stop });
    if (happened !== null) return receive(context, row, row.attempt, happened);
    if (giveUp !== undefined && kept !== null) throw nothingWaits(kept);
    return stop === null ? shadow(context, row, kept) : fail(context, row, row.attempt, stop, { askAgain, kept });
  }
  const attempt = await intend(context, row, given, policyHash);
  return perform(context, effect, { row, attempt, given });
}

/** An earlier attempt left no answer: find out whether its effect happened before anything may stop us from writing the receipt. */
async function probeEarlier(effect: Effect, row: ActionRow, given: JsonObject): Promise<JsonObject | null> {
  if (row.attempt === 0 || effect.probe === undefined) return null;
  return effect.probe(toAction(row), given);
}

/**
 * What an earlier attempt left waiting on the outside happens without anybody's leave once its action has ended: it is taken back first, and what
 * happened meanwhile did happen. `kept`: why it could not be taken back. A record that was changed names nothing that could be trusted.
 */
async function recallEarlier(
  effect: Effect,
  row: ActionRow,
  { given, stop }: { given: JsonObject; stop: Stop | null },
): Promise<{ happened: JsonObject | null; kept: string | null }> {
  if (row.attempt === 0 || effect.recall === undefined || stop?.code === DIGEST_MISMATCH) return { happened: null, kept: null };
  let kept: string | null = null;
  try {
    await effect.recall(toAction(row));
  } catch (error) {
    const failure = decideFailure(error, row.attempt, {});
    if (failure.kind !== 'final') throw error;
    kept = failure.error;
  }
  return { happened: await probeEarlier(effect, row, given), kept };
}

/** Whether an action that is allowed, or was begun, would be executed now. */
export async function mayGoOn(context: Context, id: string): Promise<boolean> {
  const row = await load(context, id);
  const effect = context.effects.get(row.record.kind);
  if (!RUNNABLE.has(row.status) || effect === undefined) return false;
  const { stop, shadowed } = await standingNow(context, row, effect);
  return stop === null && !shadowed;
}

const givenUp = (reason: string): Standing => ({ stop: { code: 'given_up', reason }, policyHash: '', shadowed: false });

const nothingWaits = (why = 'The action has started and cannot be taken back.'): AppError =>
  new AppError('conflict', why, { code: 'action_executing' });

interface Standing {
  stop: Stop | null;
  policyHash: string;
  shadowed: boolean;
}

async function standingNow(context: Context, row: ActionRow, effect: Effect): Promise<Standing> {
  const { stop, policyHash } = await stopNow(context, row, effect);
  return { stop, policyHash, shadowed: stop === null && isShadowed(row.record.kind, await shadowNow(context, proposalOf(row))) };
}

const DIGEST_MISMATCH = 'digest_mismatch';

/** Everything that may stop an allowed action at the last moment: tampering, allowlist, policy, preconditions. */
async function stopNow(context: Context, row: ActionRow, effect: Effect): Promise<{ stop: Stop | null; policyHash: string }> {
  if (digestOf(row.record) !== row.digest)
    return { stop: { code: DIGEST_MISMATCH, reason: 'The record is not the one that was decided on.' }, policyHash: '' };
  const proposal = proposalOf(row);
  const refusal = await context.refusal(proposal);
  if (refusal !== null) return { stop: { code: 'target_not_allowed', reason: refusal }, policyHash: '' };
  const { decision } = await evaluateNow(context, proposal);
  const refused = decideStillAllowed(row.authorization, decision, await votersNow(context, row.authorization), await databaseNow(context.db));
  if (refused !== null) return { stop: refused, policyHash: decision.policyHash };
  // Where Reeve's own account could go around people, nothing of high risk is done under it.
  const unguarded = decision.risk === 'high' ? await unguardedNow(context, proposal) : null;
  if (unguarded !== null) return { stop: { code: 'branch_unguarded', reason: unguarded }, policyHash: decision.policyHash };
  return { stop: await checkNow(effect, row), policyHash: decision.policyHash };
}

/** A check that ends in a reasoned refusal (the repository is gone) stops the action as a broken precondition does. */
async function checkNow(effect: Effect, row: ActionRow): Promise<Stop | null> {
  try {
    const broken = await effect.check(toAction(row));
    return broken === null ? null : { code: 'precondition_failed', reason: broken };
  } catch (error) {
    const failure = decideFailure(error, row.attempt, {});
    if (failure.kind !== 'final') throw error;
    return { code: failure.code, reason: failure.error };
  }
}

async function votersNow(context: Context, authorization: Authorization | null) {
  if (authorization === null || authorization.by === 'policy') return [];
  return Promise.all(authorization.voters.map(async ({ personId }) => ({ personId, role: await context.roleOf(personId) })));
}

async function intend(context: Context, row: ActionRow, given: JsonObject, policyHash: string): Promise<number> {
  await crashpoint('action.intent.before');
  const executor = context.executor();
  const started = await context.db.tx(async (tx) => {
    const moved = await startAttempt(tx, { actionId: row.id, attempt: row.attempt, executor, policyHash, context: given });
    if (moved)
      await record(context, tx, { ...row, status: 'executing' }, ACTION_EVENTS.started, 'system', {
        attempt: row.attempt + 1,
        executor: executor.id,
        epoch: executor.epoch,
        policy_hash: policyHash,
      });
    return moved;
  });
  if (!started) throw takenOver();
  return row.attempt + 1;
}

const takenOver = () => new AppError('unavailable', 'Another worker went on with this action.', { code: 'action_taken_over' });

interface Attempt {
  row: ActionRow;
  attempt: number;
  given: JsonObject;
}

async function perform(context: Context, effect: Effect, { row, attempt, given }: Attempt): Promise<ActionRow> {
  let result: JsonObject;
  try {
    await crashpoint('action.effect.before');
    result = toStoredJson(await effect.run(toAction(row), given)) as JsonObject;
    await crashpoint('action.effect.after');
  } catch (error) {
    const failure = decideFailure(error, attempt, given);
    if (failure.kind === 'final') return fail(context, row, attempt, { code: failure.code, reason: failure.error });
    await noteFailedAttempt(context.db, {
      id: row.id,
      attempt,
      undone: failure.kind === 'undone',
      error: messageOf(error),
      delayS: retryDelayS(attempt),
    });
    throw error;
  }
  return receive(context, row, attempt, result);
}

async function receive(context: Context, row: ActionRow, attempt: number, result: JsonObject): Promise<ActionRow> {
  const stored = toStoredJson(result) as JsonObject;
  await context.db.tx(async (tx) => {
    if (!(await writeReceipt(tx, row, attempt, stored))) throw takenOver();
    await record(context, tx, { ...row, status: 'executed' }, ACTION_EVENTS.executed, 'system', {
      attempt,
      authorization: authorizationOf(row),
      result: stored,
    });
  });
  await crashpoint('action.receipt.after');
  return load(context, row.id);
}

function authorizationOf(row: ActionRow): JsonObject {
  const { authorization } = row;
  if (authorization?.by === 'break_glass')
    return { by: 'break_glass', voters: authorization.voters.map((voter) => voter.subject), reason: authorization.reason };
  if (authorization?.by !== 'people') return { by: 'policy', rule: row.decision.rule };
  return { by: 'people', voters: authorization.voters.map((voter) => voter.subject), self_approved: authorization.selfApproved };
}

interface Ended {
  askAgain?: boolean;
  /** Why what waits on the outside could not be taken back. */
  kept?: string | null;
}

const told = (reason: string, kept: string | null): string =>
  kept === null ? reason : `${reason} What an attempt left waiting could not be taken back: ${kept}`;

async function fail(context: Context, row: ActionRow, attempt: number, stop: Stop, how: Ended = {}): Promise<ActionRow> {
  const { askAgain = false, kept = null } = how;
  await transaction(context, async (tx) => {
    const again = await proposeAgain(context, tx, row, stop, askAgain);
    const outcome: JsonObject = {
      error: told(stop.reason, kept),
      code: stop.code,
      attempts: attempt,
      ...(again === null ? {} : { proposed_again: again }),
    };
    if (!(await endWithoutReceipt(tx, row.id, attempt, 'failed', outcome))) throw takenOver();
    await record(context, tx, { ...row, status: 'failed' }, ACTION_EVENTS.failed, 'system', outcome);
  });
  return load(context, row.id);
}

/** What stopped because it is no longer allowed by those who allowed it may be allowed by others. */
const ASK_AGAIN = new Set(['policy_stricter', 'approver_gone', 'glass_expired']);

/**
 * Asks people again: for what the executor runs by itself, and for a caller who says that they go on with it (`askAgain`), once. For
 * other callers nobody would wait for the answer. Nothing is asked again that has started, is denied, or left the allowlist.
 */
async function proposeAgain(context: Context, tx: ProposingTx, row: ActionRow, stop: Stop, askAgain: boolean): Promise<string | null> {
  if (!(row.runBy === 'executor' || askAgain) || row.attempt > 0 || !ASK_AGAIN.has(stop.code)) return null;
  if (row.runBy !== 'executor' && (await wasAskedAgain(tx, row))) return null;
  const proposal = proposalOf(row);
  if ((await context.refusal(proposal)) !== null || (await evaluateNow(context, proposal, tx)).decision.kind === 'deny') return null;
  try {
    return (await propose(context, tx, { ...proposal, idempotencyKey: `again:${row.id}` }, row.id)).id;
  } catch (error) {
    // Its text holds what has become known as a secret since: nobody is asked, and that it stopped is recorded all the same.
    if (isAppError(error) && error.code === SECRET_HELD) return null;
    throw error;
  }
}

/** This is the second question already; one that a person changed is not. */
async function wasAskedAgain(tx: Tx, row: ActionRow): Promise<boolean> {
  const before = row.supersedes === null ? null : await findAction(tx, row.supersedes);
  return before?.outcome?.['proposed_again'] === row.id;
}

async function shadow(context: Context, row: ActionRow, kept: string | null): Promise<ActionRow> {
  const outcome: JsonObject = { reason: told('Shadow mode: decided and recorded, not executed.', kept), would: 'execute' };
  await context.db.tx(async (tx) => {
    if (!(await endWithoutReceipt(tx, row.id, row.attempt, 'shadowed', outcome))) throw takenOver();
    await record(context, tx, { ...row, status: 'shadowed' }, ACTION_EVENTS.shadowed, 'system', outcome);
  });
  return load(context, row.id);
}
