import { AppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { ENGINE_TIMEOUT_MS, type EngineAnswer, type PolicyEngine } from '#ports/policy-engine.ts';
import { readEngineAnswer } from './decide.engine.ts';
import type { EngineAnswers, PolicyQuestion } from './model.ts';

/** How the reason of an engine begins that could not be asked. */
export const NO_ANSWER = 'gave no answer';

/**
 * Thrown where an engine would have to be asked and may not be: whoever began the transaction ends it, has `ask` run while none is open,
 * keeps what it answers under `of`, and begins again.
 */
export class EngineUnasked extends Error {
  readonly of: string;
  /** Never rejects. */
  readonly ask: () => Promise<EngineAnswer>;

  constructor(of: string, ask: () => Promise<EngineAnswer>) {
    super('The policy engine has not been asked yet.');
    this.of = of;
    this.ask = ask;
  }
}

/** What the engine says; with `known`, only what it has said already: EngineUnasked otherwise. */
export async function engineAnswer(
  engine: PolicyEngine,
  question: PolicyQuestion,
  { policyHash, known }: { policyHash: string; known: EngineAnswers | undefined },
): Promise<EngineAnswer> {
  const facts = factsOf(question);
  if (facts === null) return { effect: 'deny', reason: `${NO_ANSWER} (the facts are not JSON)` };
  if (known === undefined) return askEngine(engine, question.actionKind, facts);
  // The same question under the same rules: other facts, another text or another version of the engine's rules make another one.
  const of = sha256Hex(canonicalJson({ policy: policyHash, kind: question.actionKind, facts }));
  const answer = known.get(of);
  if (answer === undefined) throw new EngineUnasked(of, () => askEngine(engine, question.actionKind, facts));
  return answer;
}

function factsOf(question: PolicyQuestion): JsonObject | null {
  try {
    return JSON.parse(JSON.stringify(question.facts)) as JsonObject;
  } catch {
    return null;
  }
}

/** Never rejects: no answer, a late one and one of another shape are `deny`. */
async function askEngine(engine: PolicyEngine, actionKind: string, facts: JsonObject): Promise<EngineAnswer> {
  try {
    return readEngineAnswer(await within(engine.answer({ actionKind, facts }, AbortSignal.timeout(ENGINE_TIMEOUT_MS))));
  } catch (error) {
    return { effect: 'deny', reason: `${NO_ANSWER} (${messageOf(error).slice(0, 300)})` };
  }
}

/** The answer, or a rejection after the time an engine has: one that ignores its signal must not hold an action up for ever. */
export async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('unavailable', 'The policy engine is too slow.', { code: 'engine_timeout' })), ENGINE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
