import { AppError, isAppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import { lackOf } from './decide.money.ts';
import type { DeliverySteps } from './steps.ts';

/** Topic on which whoever waits for money is woken: a cap was raised, a question answered, dispatch resumed. */
const MONEY_TOPIC = 'budget';

const FIRST_WAIT_MS = 5000;
/** A new day or month wakes nobody. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** Thrown where people chose to stop rather than to raise a cap. */
export const MONEY_DECLINED = 'budget_declined';

/**
 * Runs a step that costs money, waiting while there is none: a cap that is reached is asked about (raise it once, or stop), stopped
 * dispatch and a repository that was sent too many runs are waited for. Tried again each time: a new period, or work that ended and gave
 * back what it had reserved, is as good as a yes.
 */
export async function funded<T>(context: WorkflowContext, on: DeliverySteps, step: () => Promise<T>): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await step();
    } catch (error) {
      const lack = isAppError(error, 'refused') ? lackOf(error) : null;
      if (lack === null) throw error;
      const asked = await on.askForMoney(lack.kind === 'ask' ? { pool: lack.pool, amountMicros: lack.amountMicros } : null, context.workflowId);
      if (asked.kind === 'stop') throw new AppError('refused', asked.reason, { code: MONEY_DECLINED });
      if (asked.kind === 'wait') await context.receive(MONEY_TOPIC, waitMs);
    }
  }
}
