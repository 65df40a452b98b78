import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { Action, ActionKind, Effect } from './model.ts';
import { isInternal } from './model.args.ts';
import { outgoingNames, outgoingTexts, toOutgoingArgs, type Redact } from './model.text.ts';

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
  const { probe, recall } = effect;
  return {
    kind: effect.kind,
    check: async (action) => (await heldBack(clean(action), text)) ?? effect.check(clean(action)),
    ...(probe === undefined ? {} : { probe: (action: Action, context: JsonObject) => probe(clean(action), context) }),
    ...(recall === undefined ? {} : { recall: (action: Action) => recall(clean(action)) }),
    run: (action, context) => effect.run(clean(action), context),
  };
}

async function heldBack({ record }: Action, text: OutgoingText): Promise<string | null> {
  const held = await secretIn(record, text);
  return held === null ? null : heldSentence(held);
}

/** Where a secret was found that stops an action: the rule's name and the place, never the value. */
export interface HeldSecret extends TextFinding {
  /** `args.body`, `target.branch`. */
  place: string;
}

export const heldSentence = ({ place, rule, line }: HeldSecret): string =>
  rule === REGISTERED
    ? `It was held back: ${place} holds a secret of this installation.`
    : `It was held back: the rule ${rule} found what looks like a secret in ${place}, line ${line}.`;

/** Same name as findings in changes have. */
const REGISTERED = 'registered-secret';

/**
 * The first secret in what an action would send: registered ones in names (in texts they are replaced), those that their form gives away
 * anywhere. Null for kinds that send nothing. Throws when the rules fail; then nothing may be stored or sent.
 */
export async function secretIn(
  action: { kind: ActionKind; args: JsonObject; target: { branch?: string | null } },
  { redact, findSecrets }: OutgoingText,
): Promise<HeldSecret | null> {
  if (isInternal(action.kind)) return null;
  const names = outgoingNames(action.target, action.args);
  const registered = names.find(({ text }) => redact(text) !== text);
  if (registered !== undefined) return { place: registered.place, rule: REGISTERED, line: 1 };
  for (const { place, text } of [...names, ...outgoingTexts(action.kind, action.args)]) {
    const [found] = await findSecrets(text);
    if (found !== undefined) return { place, rule: found.rule, line: found.line };
  }
  return null;
}

/** The arguments and the target without any text or name in which a secret is found: what may be kept of a proposal that was held back. */
export async function withoutSecrets<T extends { kind: ActionKind; args: JsonObject; target: { branch?: string | null } }>(
  action: T,
  text: OutgoingText,
): Promise<T> {
  const holds = async (value: string): Promise<boolean> => text.redact(value) !== value || (await text.findSecrets(value)).length > 0;
  const kept = async (value: JsonValue): Promise<JsonValue> => {
    if (Array.isArray(value)) return Promise.all(value.map(kept));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, own]) => [name, await kept(own)] as const)));
    return typeof value === 'string' && (await holds(value)) ? WITHHELD : value;
  };
  const members = await Promise.all(Object.entries(action.args).map(async ([member, value]) => [member, await kept(value)] as const));
  const branch = action.target.branch ?? null;
  return {
    ...action,
    args: Object.fromEntries(members),
    target: { ...action.target, branch: branch !== null && (await holds(branch)) ? WITHHELD : branch },
  };
}

const WITHHELD = '[withheld]';
