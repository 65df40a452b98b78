import type { Actor } from '#kernel/actor.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import { asItLeaves, evaluateNow, type Context } from './commands.context.ts';
import { normalised, proposalOf } from './commands.record.ts';
import { digestFieldsOf, headlineOf, partsOf, undoOf } from './decide.describe.ts';
import { argsSchemaOf, changedArgs, fixedBecause } from './decide.schema.ts';
import type { Action, ActionDescription, ForeseenModification } from './model.ts';
import { heldSentence, secretIn } from './steps.outgoing.ts';
import { findAction } from './store.ts';

/** What an action is, for whoever decides: made from its record and nothing else. */
export function describeAction(action: Action): ActionDescription {
  const { record } = action;
  return {
    headline: headlineOf(record),
    parts: partsOf(record),
    fields: digestFieldsOf(record),
    canonical: canonicalJson(record),
    undo: undoOf(action),
    fixed: fixedBecause(record.kind),
    argsSchema: argsSchemaOf(record),
  };
}

/**
 * What would become of a pending action with other arguments, without changing anything: what is wrong with them, or the arguments as they
 * would leave and what the policy would say.
 */
export async function foreseeModification(context: Context, id: string, args: JsonObject, by: Actor): Promise<ForeseenModification> {
  const row = await findAction(context.db, id);
  if (row === null) throw new AppError('not_found', `There is no action ${id}.`);
  const fixed = fixedBecause(row.record.kind);
  if (fixed !== null) return { ok: false, problems: [{ path: 'args', message: fixed }] };
  const proposal = { ...proposalOf(row), proposer: { subject: by.subject }, idempotencyKey: `foresee:${id}` };
  try {
    const kept = normalised({ ...proposal, args: changedArgs(row.record, args) }, context.outgoing.redact);
    const held = await secretIn(kept, context.outgoing);
    if (held !== null) return { ok: false, problems: [{ path: held.place, message: heldSentence(held) }] };
    const leaving = await asItLeaves(context, kept);
    return { ok: true, args: leaving.args, decision: (await evaluateNow(context, leaving)).decision };
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error;
    return { ok: false, problems: problemsOf(error) };
  }
}

/** `args.body: is too long` -> its place and its words. */
function problemsOf(error: AppError): Array<{ path: string; message: string }> {
  const told = (error.detail as { problems?: unknown } | undefined)?.problems;
  const sentences = Array.isArray(told) ? told.filter((one) => typeof one === 'string') : [error.message];
  return sentences.map((sentence) => {
    const [, path, message] = /^([\w.[\]]+): (.*)$/s.exec(sentence) ?? [];
    return { path: path ?? 'args', message: message ?? sentence };
  });
}
