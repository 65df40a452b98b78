import { AppError } from '#kernel/errors.ts';
import { accountForGlass, breakGlass } from './commands.break-glass.ts';
import { asItLeaves, evaluateNow, type ActionsDeps, type Context } from './commands.context.ts';
import { execute, mayGoOn, type Execution } from './commands.execute.ts';
import { normalised } from './commands.record.ts';
import { lookAtGuards } from './commands.guards.ts';
import { headlineOf } from './decide.describe.ts';
import { propose } from './commands.propose.ts';
import { modify, settle, withdraw } from './commands.settle.ts';
import { transaction } from './commands.transaction.ts';
import { undo } from './commands.undo.ts';
import type { Action, ActionExecutor, ActionFilter, Actions, Effect } from './model.ts';
import { glassUses } from './queries.break-glass.ts';
import { describeAction, foreseeModification } from './queries.describe.ts';
import { withOutgoingText } from './steps.outgoing.ts';
import { findAction, findActions, findByKey, listActions, toAction, type ActionRow } from './store.ts';
import { listDue } from './store.execution.ts';
import { guardRefusalOf, guardRefusalsOf } from './store.guards.ts';
import { createLocks } from './store.lock.ts';

/** A push of a large repository takes minutes; a durable step that asks meanwhile waits and gets the same answer. */
const LONGEST_WAIT_MS = 120_000;

/** Everything that leaves the system goes through here: propose, decide, execute once, receipt. */
export function createActions(deps: ActionsDeps): Actions & ActionExecutor {
  const context: Context = { ...deps, effects: new Map(), locks: createLocks(deps.db.pool), answers: new WeakMap() };
  const run = createRunner(context);
  return {
    foresee: async (proposal) => (await evaluateNow(context, await asItLeaves(context, normalised(proposal, deps.outgoing.redact)))).decision,
    transaction: (work) => transaction(context, work),
    propose: async (tx, proposal) => toAction(await propose(context, tx, proposal)),
    async get(id) {
      const row = await findAction(deps.db, id);
      return row === null ? null : toAction(row);
    },
    many: async (ids) => (await findActions(deps.db, ids)).map(toAction),
    describe: describeAction,
    headline: ({ record }) => headlineOf(record),
    foreseeModification: (id, args, by) => foreseeModification(context, id, args, by),
    guardRefusal: (id) => guardRefusalOf(deps.db, id),
    guardRefusals: async (ids) => new Map((await guardRefusalsOf(deps.db, ids)).map(({ actionId, refusal }) => [actionId, refusal])),
    async byKey(idempotencyKey) {
      const row = await findByKey(deps.db, idempotencyKey);
      return row === null ? null : toAction(row);
    },
    execute: async (id, given = {}, options = {}) => toAction(await run(id, { given, waitMs: LONGEST_WAIT_MS, ...options })),
    giveUp: async (id, reason) => toAction(await run(id, { given: {}, waitMs: LONGEST_WAIT_MS, giveUp: reason })),
    mayGoOn: (id) => mayGoOn(context, id),
    modify: async (tx, id, args, by) => toAction(await modify(context, tx, id, args, by)),
    withdraw: (tx, id, reason, by = 'system') => withdraw(context, tx, id, { reason, by }),
    undo: async (tx, id, by) => toAction(await undo(context, tx, id, by)),
    breakGlass: (id, request, by) => breakGlass(context, id, request, by),
    accountForGlass: (id, text, by) => accountForGlass(context, id, text, by),
    glassUses: (filter) => glassUses(deps.db, filter),
    list: (filter) => listPage(deps, filter),
    settle: async (tx, id, settlement) => toAction(await settle(context, tx, id, settlement)),
    register: (effect) => register(context, effect),
    lookAtGuards: () => lookAtGuards(context),
    executeDue: (limit = 20) => executeDue(context, run, limit),
  };
}

type Run = (id: string, how: Execution) => Promise<ActionRow>;

/** Within one process a second call joins the first one: the lock below is per connection, not per call. */
function createRunner(context: Context): Run {
  const running = new Map<string, Promise<ActionRow>>();
  return (id, how) => {
    const before = running.get(id);
    // Giving up is no answer that an attempt under way could give: it waits for that one.
    if (before !== undefined && how.giveUp === undefined) return before;
    const started: Promise<ActionRow> = Promise.resolve(before?.catch(() => null))
      .then(() => execute(context, id, how))
      .finally(() => running.get(id) === started && running.delete(id));
    running.set(id, started);
    return started;
  };
}

function register(context: Context, effect: Effect): void {
  if (context.effects.has(effect.kind)) throw new AppError('internal', `The effect of ${effect.kind} is registered twice.`, { code: 'effect_twice' });
  context.effects.set(effect.kind, withOutgoingText(effect, context.outgoing));
}

async function listPage({ db }: ActionsDeps, filter: ActionFilter): Promise<{ items: Action[]; nextCursor: string | null }> {
  const rows = await listActions(db, filter);
  const items = rows.slice(0, filter.limit).map(toAction);
  return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
}

/** One action's trouble is recorded with it and never keeps the others waiting. */
async function executeDue(context: Context, run: Run, limit: number): Promise<number> {
  let ended = 0;
  for (const id of await listDue(context.db, limit)) {
    const ok = await run(id, { given: {}, waitMs: 0 }).then(
      () => true,
      () => false,
    );
    if (ok) ended += 1;
  }
  return ended;
}
