import { isAppError } from '#kernel/errors.ts';
import type { Action } from '#modules/actions/index.ts';
import { leftOf, raiseProposal, type Pool } from '#modules/budget/index.ts';
import { decideAsked } from './decide.money.ts';
import type { MoneyAnswer } from './model.ts';
import type { DeliveryDeps } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

/** A question that nobody answers is put anew when it expires; after so many, the work ends. */
const MOST_QUESTIONS = 10;

/** Asks people about a cap that is reached: once for a cap of a period, whoever waits for it. */
export function createMoneySteps(deps: DeliveryDeps): Pick<DeliverySteps, 'askForMoney'> {
  const { budget, db } = deps;
  return {
    async askForMoney(lack, waiting): Promise<MoneyAnswer> {
      if (budget === undefined) return { kind: 'stop', reason: 'Nobody counts money here.' };
      await db.tx((tx) => budget.noteWaiting(tx, waiting));
      if (lack === null) return { kind: 'wait' };
      const pool = await budget.pool(lack.pool);
      // Its period is over, or somebody made room meanwhile.
      if (pool === null || leftOf(pool) >= lack.amountMicros) return { kind: 'go' };
      for (let round = 1; round <= MOST_QUESTIONS; round += 1) {
        const answer = await ask(deps, pool, { amountMicros: lack.amountMicros, round });
        if (answer !== 'again') return answer;
      }
      return { kind: 'stop', reason: 'The cap is reached, and nobody said whether it may be raised.' };
    },
  };
}

async function ask(deps: DeliveryDeps, pool: Pool, about: { amountMicros: number; round: number }): Promise<MoneyAnswer | 'again'> {
  const action = await latest(deps, await proposeOnce(deps, pool, about));
  const decided = decideAsked(action.status);
  if (decided === 'again') return 'again';
  if (decided !== 'stop') return { kind: decided };
  const why = action.outcome?.['reason'];
  return { kind: 'stop', reason: `The cap is reached, and it was decided not to raise it${typeof why === 'string' ? `: ${why}` : '.'}` };
}

/** Others may have asked already, with another amount in mind: theirs is the question. */
async function proposeOnce(deps: DeliveryDeps, pool: Pool, about: { amountMicros: number; round: number }): Promise<Action> {
  try {
    return await deps.actions.transaction((tx) => deps.actions.propose(tx, raiseProposal(pool, about)));
  } catch (error) {
    const id = isAppError(error, 'conflict') && error.code === 'idempotency_conflict' ? error.detail['action_id'] : null;
    const there = typeof id === 'string' ? await deps.actions.get(id) : null;
    if (there === null) throw error;
    return there;
  }
}

/** The action that replaced it, where somebody changed the amount. */
async function latest(deps: DeliveryDeps, action: Action): Promise<Action> {
  let now = action;
  while (now.status === 'superseded' && now.supersededBy !== null) {
    const next = await deps.actions.get(now.supersededBy);
    if (next === null) return now;
    now = next;
  }
  return now;
}
