import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Tx } from '#platform/db/index.ts';
import type { BudgetDeps } from './commands.ts';
import { defaultCapOf, poolIdOf, spanOf } from './decide.ts';
import { BUDGET_EVENTS } from './events.ts';
import type { CapTarget, RaiseArgs } from './model.ts';
import * as store from './store.ts';

/** The kill switch: nothing new is dispatched, and no model is asked, until `resume`. What runs already goes on to its end. */
export async function setStopped(deps: BudgetDeps, input: { stopped: boolean; reason: string | null }, by: Actor): Promise<void> {
  await deps.db.tx(async (tx) => {
    const before = await store.lockControl(tx);
    if (before.stopped === input.stopped) return;
    await store.saveControl(tx, { ...input, by: by.subject });
    const kind = input.stopped ? BUDGET_EVENTS.stopped : BUDGET_EVENTS.resumed;
    const payload = { reason: input.reason };
    deps.ledger.append(tx, { kind, subject: 'budget', actor: by.subject, payload });
    await deps.outbox.put(tx, { type: kind, subject: 'budget', data: payload });
  });
}

/** The cap in force for the period under way, and for those that follow. */
export async function capNow(deps: BudgetDeps, tx: Tx, target: CapTarget): Promise<{ poolId: string; capMicros: number }> {
  const poolId = poolIdOf(target, await store.today(tx));
  const [pool] = await store.lockPools(tx, [poolId]);
  return { poolId, capMicros: pool?.capMicros ?? (await lastingCap(deps, tx, target)) };
}

/** The cap of every period nobody raised for once. */
async function lastingCap(deps: BudgetDeps, tx: Tx, target: CapTarget): Promise<number> {
  const set = (await store.setCaps(tx, target.projectId)).find(
    (cap) => cap.scope === target.scope && cap.projectId === (target.projectId ?? '') && cap.period === target.period,
  );
  return set?.capMicros ?? defaultCapOf(target, deps.caps);
}

/**
 * Lowers a cap at once, from this period on. What is reserved under the old one stays; nothing more is admitted. AppError invalid
 * `cap_is_raise` for a higher one: that is an action.
 */
export async function lowerCap(deps: BudgetDeps, target: CapTarget, capMicros: number, by: Actor): Promise<void> {
  await deps.db.tx(async (tx) => {
    // Admissions under way are waited for, and none reads the old cap for a new period afterwards.
    await store.lockControl(tx);
    const now = await capNow(deps, tx, target);
    if (capMicros > now.capMicros)
      throw new AppError('invalid', 'This raises the cap.', { code: 'cap_is_raise', hint: 'Raising is an action people decide on.' });
    // A period may have been raised for once: lowering that one again must not make what is left of the raise last.
    await store.saveCap(tx, target, Math.min(capMicros, await lastingCap(deps, tx, target)), by.subject);
    await store.setPoolCap(tx, now.poolId, capMicros);
    await recordCap(deps, tx, target, { kind: BUDGET_EVENTS.capChanged, actor: by.subject, before: now.capMicros, after: capMicros, more: {} });
  });
}

function targetOf(args: RaiseArgs): CapTarget {
  return { scope: args.scope, projectId: args.scope === 'installation' ? null : args.project_id, period: args.period };
}

/** Whether what an allowed `budget.raise` assumed still holds; a sentence when not. */
export async function checkRaise(deps: BudgetDeps, args: RaiseArgs): Promise<string | null> {
  return deps.db.tx(async (tx) => {
    if (args.starts_on !== null && spanOf(args.period, await store.today(tx)).startsOn !== args.starts_on)
      return 'The period this cap is for is over.';
    const { capMicros } = await capNow(deps, tx, targetOf(args));
    if (capMicros !== args.from_micros) return `The cap was changed meanwhile; it is ${capMicros / 1e6} USD now.`;
    return args.to_micros > capMicros ? null : 'This would not raise the cap.';
  });
}

/** Whether the raise has happened: the cap is as high as it says. */
export async function isRaised(deps: BudgetDeps, args: RaiseArgs): Promise<boolean> {
  return deps.db.tx(async (tx) => (await capNow(deps, tx, targetOf(args))).capMicros >= args.to_micros);
}

/** Raises a cap after people allowed it: of one period, or from now on (`starts_on` null). Done twice it changes nothing more. */
export async function raiseCap(deps: BudgetDeps, args: RaiseArgs, actionId: string): Promise<void> {
  const target = targetOf(args);
  await deps.db.tx(async (tx) => {
    await store.lockControl(tx);
    const day = args.starts_on ?? (await store.today(tx));
    const poolId = poolIdOf(target, day);
    const { capMicros } = await capNow(deps, tx, target);
    if (capMicros >= args.to_micros) return;
    if (args.starts_on === null) await store.saveCap(tx, target, args.to_micros, `action:${actionId}`);
    await store.ensurePool(tx, { ...target, ...spanOf(target.period, day), id: poolId, capMicros });
    await store.setPoolCap(tx, poolId, args.to_micros);
    const change = { before: capMicros, after: args.to_micros, more: { action_id: actionId, once: args.starts_on !== null } };
    await recordCap(deps, tx, target, { kind: BUDGET_EVENTS.raised, actor: 'system', ...change });
  });
}

interface CapChange {
  kind: string;
  actor: string;
  before: number;
  after: number;
  more: Record<string, string | boolean>;
}

async function recordCap(deps: BudgetDeps, tx: Tx, target: CapTarget, change: CapChange): Promise<void> {
  const subject = target.scope === 'installation' ? `installation:${target.period}` : `project:${target.projectId ?? ''}:${target.period}`;
  const payload = { scope: target.scope, period: target.period, before_micros: change.before, after_micros: change.after, ...change.more };
  deps.ledger.append(tx, { kind: change.kind, subject, actor: change.actor, projectId: target.projectId, payload });
  await deps.outbox.put(tx, { type: change.kind, subject, projectId: target.projectId, data: payload });
}
