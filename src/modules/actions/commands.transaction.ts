import { AppError } from '#kernel/errors.ts';
import { EngineUnasked, type EngineAnswers } from '#modules/policy/index.ts';
import type { Context } from './commands.context.ts';
import type { ProposingTx } from './model.ts';

/** Facts may change between a question and the transaction that uses its answer. Each action proposed in it needs an answer of its own. */
const MOST_QUESTIONS = 24;

/**
 * A transaction in which actions are proposed. An outside policy engine is never asked while it is open: the proposal that needs an answer
 * ends the transaction, the engine is asked, and the transaction begins again. In it facts and policy are looked at anew, and the answer
 * counts only where the question is still the same to the last fact; otherwise it is asked again. `work` may therefore run more than
 * once, and touches nothing but the database. Without an engine it runs once, at no cost. AppError unavailable `policy_question_moves`
 * when the facts change as fast as they are asked about.
 */
export async function transaction<T>(context: Context, work: (tx: ProposingTx) => Promise<T>): Promise<T> {
  const known: Map<string, Parameters<EngineAnswers['set']>[1]> = new Map();
  for (let tries = 0; tries < MOST_QUESTIONS; tries += 1) {
    try {
      return await context.db.tx(async (tx) => {
        context.answers.set(tx, known);
        return work(tx as ProposingTx);
      });
    } catch (error) {
      if (!(error instanceof EngineUnasked)) throw error;
      known.set(error.of, await error.ask());
    }
  }
  throw new AppError('unavailable', 'What the policy engine is asked about changes as fast as it answers; try again.', {
    code: 'policy_question_moves',
  });
}
