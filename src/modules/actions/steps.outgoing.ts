import type { JsonObject } from '#kernel/json.ts';
import type { Action, Effect } from './model.ts';
import { isInternal } from './model.args.ts';
import { outgoingTexts, secretInNames, toOutgoingArgs, type Redact } from './model.text.ts';

/** A rule that found something in a text: its name and where, never the value. */
export interface TextFinding {
  rule: string;
  line: number;
}

/** What stands between an effect and the outside. */
export interface OutgoingText {
  /** Every registered secret replaced, in every spelling. */
  redact: Redact;
  /** Secrets nobody registered: their form gives them away. May throw; then nothing leaves. */
  findSecrets(text: string): Promise<readonly TextFinding[]>;
}

/** For installations without any: what tests of other things use. */
export const PLAIN_TEXT: OutgoingText = { redact: (text) => text, findSecrets: async () => [] };

/**
 * Any effect, seeing only text that may leave. This is the one place: the executor wraps each effect in it when it is registered, so an
 * effect that is added later cannot forget it. A finding stops the action with the rule's name and the place.
 */
export function withOutgoingText(effect: Effect, text: OutgoingText): Effect {
  if (isInternal(effect.kind)) return effect;
  const clean = (action: Action): Action => {
    const { record } = action;
    return { ...action, record: { ...record, args: toOutgoingArgs(record.kind, record.args, text.redact) } };
  };
  const { probe } = effect;
  return {
    kind: effect.kind,
    check: async (action) => (await heldBack(clean(action), text)) ?? effect.check(clean(action)),
    ...(probe === undefined ? {} : { probe: (action: Action, context: JsonObject) => probe(clean(action), context) }),
    run: (action, context) => effect.run(clean(action), context),
  };
}

async function heldBack({ record }: Action, { redact, findSecrets }: OutgoingText): Promise<string | null> {
  const place = secretInNames(record.target, record.args, redact);
  if (place !== null) return `It was held back: ${place} holds a secret of this installation.`;
  for (const { place: where, text } of outgoingTexts(record.kind, record.args)) {
    const [found] = await findSecrets(text);
    if (found !== undefined) return `It was held back: the rule ${found.rule} found what looks like a secret in ${where}, line ${found.line}.`;
  }
  return null;
}
