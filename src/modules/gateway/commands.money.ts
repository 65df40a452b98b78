import type { Ids } from '#kernel/ids.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { ModelAnswer } from '#ports/model.ts';
import { estimateTokens } from './decide.call.ts';
import type { RenderedPrompt } from './decide.prompt.ts';
import type { CallBudget, CallOutcome } from './model.ts';

/** Reserves before each call and settles after it. `micros` null: the price of the model is unknown. */
export interface CallMoney {
  /** AppError refused, with a code of the budget, when a cap has no room; nothing is sent then. */
  admit(
    tx: Tx,
    call: { id: string; workItemId: string | null; model: string; worstMicros: number | null; worstTokens: number; leaseMs: number },
  ): Promise<void>;
  /** `spent` null: nobody knows what the call cost. */
  settle(tx: Tx, id: string, spent: { micros: number | null; tokens: number } | null): Promise<void>;
}

interface MoneyDeps {
  db: Db;
  ids: Ids;
  money?: CallMoney;
  priceOf?: (model: string, inputTokens: number, outputTokens: number) => number | null;
}

/** Beside the call's own time limit: what writing its answer down may take. */
const LEASE_GRACE_MS = 60_000;

/** Holds what one call may cost at worst; null where nobody counts. */
export async function reserveCall(
  deps: MoneyDeps,
  question: { workItemId: string | null; model: string },
  { budget, rendered }: { budget: CallBudget; rendered: RenderedPrompt },
): Promise<string | null> {
  const { money } = deps;
  if (money === undefined) return null;
  const id = deps.ids.next('modelCall');
  const inputTokens = estimateTokens(rendered.system, rendered.prompt);
  const call = {
    id,
    workItemId: question.workItemId,
    model: question.model,
    worstMicros: deps.priceOf?.(question.model, inputTokens, budget.outputTokens) ?? null,
    worstTokens: inputTokens + budget.outputTokens,
    leaseMs: budget.timeoutMs + LEASE_GRACE_MS,
  };
  await deps.db.tx((tx) => money.admit(tx, call));
  return id;
}

/** Failures by which nothing was asked of the model, so that nothing was paid for. */
const UNPAID: ReadonlySet<CallOutcome> = new Set(['unavailable', 'rate_limited', 'unauthenticated']);

/** Counts what a call cost, in the transaction that records it. */
export async function settleCall(
  money: CallMoney | undefined,
  tx: Tx,
  reservation: string | null,
  { answer, outcome }: { answer: ModelAnswer | null; outcome: CallOutcome },
): Promise<void> {
  if (money === undefined || reservation === null) return;
  const unpaid = answer === null && UNPAID.has(outcome);
  const told = answer === null ? null : { micros: answer.costMicros, tokens: answer.inputTokens + answer.outputTokens };
  await money.settle(tx, reservation, unpaid ? { micros: 0, tokens: 0 } : told);
}
