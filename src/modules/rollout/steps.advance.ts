import { AppError } from '#kernel/errors.ts';
import type { Action, Effect } from '#modules/actions/index.ts';
import { carryOutAdvance, type RolloutDeps } from './commands.ts';
import { AdvanceArgs } from './model.ts';
import { stageOf } from './queries.ts';

function argsOf(action: Action): AdvanceArgs {
  const parsed = AdvanceArgs.safeParse(action.record.args);
  if (!parsed.success) throw new AppError('invalid', 'The advance is malformed.', { code: 'action_malformed', cause: parsed.error });
  return parsed.data;
}

/** What the executor does when people allowed `rollout.advance`. */
export function advanceEffect(deps: RolloutDeps): Effect {
  const stageNow = async (action: Action) => (await stageOf(deps, deps.db, argsOf(action).project_id)).stage;
  return {
    kind: 'rollout.advance',
    async check(action) {
      const { from } = argsOf(action);
      const stage = await stageNow(action);
      return stage === from ? null : `The project is in the stage ${stage} now, not ${from}.`;
    },
    probe: async (action) => ((await stageNow(action)) === argsOf(action).to ? { stage: argsOf(action).to } : null),
    async run(action) {
      const args = argsOf(action);
      await carryOutAdvance(deps, args, action.id);
      return { stage: args.to };
    },
  };
}
