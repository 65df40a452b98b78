import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { ACTION_ARGS, isInternal } from './model.args.ts';
import type { ActionKind, ActionRecord } from './model.ts';
import { TEXT_MEMBERS } from './model.text.ts';

/**
 * Kinds whose arguments only tell people what they decide on, or are bound to something that was worked out from them: another text would
 * not be what is done. The sentence says what to do instead.
 */
const FIXED: Partial<Readonly<Record<ActionKind, string>>> = {
  'plan.approve': 'Decline it, change the plan, and start again.',
  'policy.update': 'Decline it and propose the other text: what it would change is worked out from the text.',
  'agent.dispatch': 'Decline it and change the task.',
  'ci.retry': 'There is nothing to change: it is one more try, or none.',
};

/** Why the arguments of this kind cannot be changed in its approval, and what to do instead; null: they can. */
export const fixedBecause = (kind: ActionKind): string | null => FIXED[kind] ?? null;

/** Members that only say which pull request the number means: with another text they would tell of something else than what is done. */
const TOLD: Partial<Readonly<Record<ActionKind, readonly string[]>>> = { 'pr.merge': ['title', 'head_branch', 'base_branch'] };

/** Changed arguments as they are proposed, with what only tells as it was. AppError invalid where that was changed. */
export function changedArgs({ kind, args: before }: Pick<ActionRecord, 'kind' | 'args'>, args: JsonObject): JsonObject {
  const told = Object.entries(before).filter(([member]) => TOLD[kind]?.includes(member) === true);
  const others = (TOLD[kind] ?? []).filter((member) => args[member] !== undefined && args[member] !== before[member]);
  if (others.length === 0) return { ...args, ...Object.fromEntries(told) };
  const problems = others.map((member) => `args.${member}: It says which pull request this is. Decline it, and ask for what you want instead.`);
  throw new AppError('invalid', 'What an action says of its pull request cannot be changed.', { code: 'action_malformed', detail: { problems } });
}

/** Members that callers repeat from the target; they are never stored. */
const REPEATED = ['number', 'branch', 'mirror_dir'];

const MEDIA: Readonly<Record<string, string>> = { markdown: 'text/markdown', plain: 'text/plain' };

/**
 * JSON Schema (2020-12) of what may be sent as changed arguments, for an editor with a field for each member. Texts of several lines
 * carry `contentMediaType`. What happens inside Reeve has the shape of what is there.
 */
export function argsSchemaOf({ kind, args }: Pick<ActionRecord, 'kind' | 'args'>): JsonObject {
  if (isInternal(kind)) return shapeOf(args);
  const { $schema: _, ...schema } = z.toJSONSchema(ACTION_ARGS[kind], { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonObject;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const own = Object.entries(properties).filter(([member]) => ![...REPEATED, ...(TOLD[kind] ?? [])].includes(member));
  return { ...schema, properties: Object.fromEntries(own.map(([member, property]) => [member, withMedia(member, property)])) };
}

function withMedia(member: string, property: JsonValue): JsonValue {
  const media = MEDIA[TEXT_MEMBERS[member]?.kind ?? ''];
  return media === undefined || !isObject(property) || property['type'] !== 'string' ? property : { ...property, contentMediaType: media };
}

/** The shape of a value as a schema: the same members, of the same types. */
function shapeOf(value: JsonValue): JsonObject {
  if (Array.isArray(value)) return { type: 'array', items: value[0] === undefined ? {} : shapeOf(value[0]) };
  if (isObject(value))
    return {
      type: 'object',
      properties: Object.fromEntries(Object.entries(value).map(([member, own]) => [member, shapeOf(own)])),
      required: Object.keys(value).toSorted(),
      additionalProperties: false,
    };
  if (value === null) return {};
  if (typeof value === 'string') return { type: 'string', ...(value.includes('\n') ? { contentMediaType: 'text/plain' } : {}) };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
  return { type: 'boolean' };
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
