import { AppError } from '#kernel/errors.ts';
import type { Action, Effect, Proposal } from '#modules/actions/index.ts';
import { checkRaise, isRaised, raiseCap } from './commands.caps.ts';
import type { BudgetDeps } from './commands.ts';
import { decideRaise } from './decide.ts';
import { RaiseArgs, type Pool } from './model.ts';

const argsOf = (action: Action): RaiseArgs => {
  const parsed = RaiseArgs.safeParse(action.record.args);
  if (!parsed.success) throw new AppError('invalid', 'The raise of a cap is malformed.', { code: 'action_malformed', cause: parsed.error });
  return parsed.data;
};

/** What the executor does when people allowed `budget.raise`. */
export function raiseEffect(deps: BudgetDeps): Effect {
  return {
    kind: 'budget.raise',
    check: (action) => checkRaise(deps, argsOf(action)),
    probe: async (action) => ((await isRaised(deps, argsOf(action))) ? { raised_to_micros: argsOf(action).to_micros } : null),
    async run(action) {
      const args = argsOf(action);
      await raiseCap(deps, args, action.id);
      return { raised_to_micros: args.to_micros };
    },
  };
}

/** Reeve itself as the target of an action: its own caps. */
const OWN_TARGET = { forge: 'reeve', repo: 'reeve' };

/**
 * The question people are asked when a cap is reached: raise it once, or (by declining) stop. One question for one cap of one period,
 * however many runs wait for it; `round` above 1 asks anew after nobody answered. Nobody asked for it in person, so everybody with the role may decide.
 */
export function raiseProposal(pool: Pool, { amountMicros, round }: { amountMicros: number; round: number }): Proposal {
  const args = {
    scope: pool.scope,
    project_id: pool.projectId,
    period: pool.period,
    starts_on: pool.startsOn,
    from_micros: pool.capMicros,
    to_micros: decideRaise(pool, amountMicros),
    why: 'The cap is reached and work waits. Approving raises it once, for this period; declining ends what waits.',
  };
  return {
    kind: 'budget.raise',
    target: OWN_TARGET,
    args,
    proposer: { subject: 'system' },
    triggerUser: null,
    projectId: pool.projectId,
    workItemId: null,
    idempotencyKey: `budget.raise:${pool.id}:${pool.capMicros}:${round}`,
    runBy: 'executor',
  };
}

/** A person's wish to raise a cap from now on. */
export function lastingRaise(args: RaiseArgs, by: { subject: string; handle: string | null; key: string }): Proposal {
  return {
    kind: 'budget.raise',
    target: OWN_TARGET,
    args: { ...args },
    proposer: { subject: by.subject },
    triggerUser: by.handle,
    projectId: args.project_id,
    workItemId: null,
    idempotencyKey: `budget.raise:${by.key}`,
    runBy: 'executor',
  };
}
