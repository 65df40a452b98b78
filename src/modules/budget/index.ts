import type { Actor } from '#kernel/actor.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Effect } from '#modules/actions/index.ts';
import { capNow, lowerCap, raiseCap, setStopped } from './commands.caps.ts';
import { admit, releaseLapsed, reserve, settle, settleRun, type BudgetDeps } from './commands.ts';
import type { Admission, BudgetView, CapTarget, DaySpend, Pool, RaiseArgs, ReserveInput, RunSpend, Spent } from './model.ts';
import { poolById, spendHistory, viewBudget } from './queries.ts';
import { raiseEffect } from './steps.raise.ts';
import { saveWaiting, takeWaiting } from './store.ts';

export type { BudgetDeps } from './commands.ts';
export { REFUSAL_CODES } from './commands.ts';
export { leftOf, priceAssumed, sentenceOf, worstCaseOf } from './decide.ts';
export { BUDGET_EVENTS } from './events.ts';
export * from './model.ts';
export { budgetRoutes, type BudgetRoutesDeps } from './routes.ts';
export { createRefusalCounter, registerBudgetMetrics } from './steps.metrics.ts';
export { raiseProposal } from './steps.raise.ts';

/** Money: reserved before anything begins, settled when it ended, never more than the caps. */
export interface Budget {
  /** In the transaction that begins something; a refusal is a value, and nothing is held. */
  reserve(tx: Tx, input: ReserveInput): Promise<Admission>;
  /** The same; AppError refused with a code of `REFUSAL_CODES` instead of a value. */
  admit(tx: Tx, input: ReserveInput): Promise<void>;
  /** Counts what was spent, once, also after the lease ran out. An unknown id changes nothing. */
  settle(tx: Tx, id: string, spent: Spent): Promise<void>;
  /** Settles a run by what is known of it: uncounted ones count as all they reserved. */
  settleRun(tx: Tx, id: string, run: RunSpend): Promise<void>;
  /** Frees reservations whose lease ran out; for sweeps. Answers how many. */
  releaseLapsed(): Promise<number>;
  /** The kill switch: nothing new is dispatched and no model asked. */
  stop(reason: string | null, by: Actor): Promise<void>;
  resume(by: Actor): Promise<void>;
  /** At once. AppError invalid `cap_is_raise` for a higher cap. */
  lower(target: CapTarget, capMicros: number, by: Actor): Promise<void>;
  /** After people allowed it. */
  raise(args: RaiseArgs, actionId: string): Promise<void>;
  capOf(target: CapTarget): Promise<number>;
  view(projectId: string | null): Promise<BudgetView>;
  history(filter: { days: number; projectId: string | null }): Promise<DaySpend[]>;
  pool(id: string): Promise<Pool | null>;
  /** A workflow that waits for money is woken by the next `wake`. */
  noteWaiting(tx: Tx, workflowId: string): Promise<void>;
  /** Answers who waited, each once. */
  wake(tx: Tx): Promise<string[]>;
  /** For the executor. */
  effect: Effect;
}

export function createBudget(deps: BudgetDeps): Budget {
  return {
    reserve: (tx, input) => reserve(deps, tx, input),
    admit: (tx, input) => admit(deps, tx, input),
    settle: (tx, id, spent) => settle(deps, tx, id, spent),
    settleRun: (tx, id, run) => settleRun(deps, tx, id, run),
    releaseLapsed: () => releaseLapsed(deps),
    stop: (reason, by) => setStopped(deps, { stopped: true, reason }, by),
    resume: (by) => setStopped(deps, { stopped: false, reason: null }, by),
    lower: (target, capMicros, by) => lowerCap(deps, target, capMicros, by),
    raise: (args, actionId) => raiseCap(deps, args, actionId),
    capOf: async (target) => (await deps.db.tx((tx) => capNow(deps, tx, target))).capMicros,
    view: (projectId) => viewBudget(deps, projectId),
    history: (filter) => spendHistory(deps, filter),
    pool: (id) => poolById(deps, id),
    noteWaiting: saveWaiting,
    wake: takeWaiting,
    effect: raiseEffect(deps),
  };
}
