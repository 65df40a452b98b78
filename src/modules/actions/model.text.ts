import { findPersonalData, withoutPersonalData } from '#kernel/sanitize.personal.ts';
import { sanitizeText, type TextKind } from '#kernel/sanitize.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { isInternal } from './model.args.ts';
import type { ActionKind } from './model.ts';

/** How each text member of `args` is written at its destination, by name: the same name means the same in every kind. */
export const TEXT_MEMBERS: Readonly<Record<string, { kind: TextKind; limit: number }>> = {
  title: { kind: 'line', limit: 256 },
  body: { kind: 'markdown', limit: 65_536 },
  comment: { kind: 'markdown', limit: 65_536 },
  summary: { kind: 'markdown', limit: 60_000 },
  message: { kind: 'plain', limit: 20_000 },
  name: { kind: 'line', limit: 200 },
  labels: { kind: 'line', limit: 200 },
  add: { kind: 'line', limit: 200 },
  remove: { kind: 'line', limit: 200 },
  assignees: { kind: 'line', limit: 200 },
  reviewers: { kind: 'line', limit: 200 },
};

/** Members that are no prose: their schema lets nothing but their form through, or they are compared and never sent. */
export const FORMAL_MEMBERS: ReadonlySet<string> = new Set([
  'sha',
  'expected',
  'head_sha',
  'conclusion',
  'reason',
  'state',
  'marker',
  'url',
  'change_request',
  'evidence',
  'head_branch',
  'base_branch',
  'branch',
  'mirror_dir',
  'number',
  'duplicate_of',
  'draft',
  'merge_sha',
  'item',
  'done',
  'check_id',
  'tag',
  'thread_id',
  'path',
  'files',
  'line',
]);

/** Lists of things that have members of their own, under the names above. */
export const NESTED_MEMBERS: ReadonlySet<string> = new Set(['comments']);

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members of the things in a nested list, each with its name. */
function inside(member: string, value: JsonValue): { name: string; value: JsonValue }[] {
  if (!NESTED_MEMBERS.has(member)) return [];
  return [value].flat().flatMap((item) => (isObject(item) ? Object.entries(item).map(([name, own]) => ({ name, value: own })) : []));
}

function eachInside(value: JsonValue, change: (name: string, own: JsonValue) => JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => eachInside(item, change));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, own]) => [name, change(name, own)])) : value;
}

/** Replaces the secrets in one text. */
export type Redact = (text: string) => string;

/**
 * The arguments as they may leave: each text redacted and sanitised by its kind. Applied when an action is proposed, so that people see what
 * will be sent, and once more by the executor right before its effect; the second pass changes nothing unless a secret became
 * known in between. Secrets are looked for before and after: a hidden character inside one must not save it.
 */
export function toOutgoingArgs(kind: ActionKind, args: JsonObject, redact: Redact): JsonObject {
  if (isInternal(kind)) return args;
  return Object.fromEntries(Object.entries(args).map(([member, value]) => [member, outgoing(member, value, redact)]));
}

function outgoing(member: string, value: JsonValue, redact: Redact): JsonValue {
  const text = TEXT_MEMBERS[member];
  if (NESTED_MEMBERS.has(member)) return eachInside(value, (name, own) => outgoing(name, own, redact));
  if (Array.isArray(value)) return [...new Set(value.map((item) => outgoing(member, item, redact)))].filter((item) => item !== '');
  if (typeof value !== 'string' || text === undefined) return value;
  return sanitizeText(redact(sanitizeText(redact(value), text.kind, text)), text.kind, text) || '(empty)';
}

/** Members that name somebody or something at the destination: another spelling is another one, or nobody. */
const IDENTIFYING_MEMBERS: ReadonlySet<string> = new Set(['labels', 'add', 'remove', 'assignees', 'reviewers']);

const STANDARD = { mode: 'standard' } as const;
/** A text that hides its next finding in the last one on purpose is left to a person: what is left is found, and counts. */
const MOST_ROUNDS = 6;

/**
 * Outgoing arguments (`toOutgoingArgs`) with the class in place of personal data: `[email]`. What is left is again a text that the
 * executor sends as it is. Identifiers stay: what is found in them is a fact for the policy (`decideFacts`), so that a person decides.
 */
export function withoutPersonalArgs(kind: ActionKind, args: JsonObject): JsonObject {
  if (isInternal(kind)) return args;
  return Object.fromEntries(Object.entries(args).map(([member, value]) => [member, impersonal(member, value)]));
}

function impersonal(member: string, value: JsonValue): JsonValue {
  const text = TEXT_MEMBERS[member];
  if (NESTED_MEMBERS.has(member)) return eachInside(value, impersonal);
  if (typeof value !== 'string' || text === undefined || IDENTIFYING_MEMBERS.has(member)) return value;
  let clean = value;
  // A class in brackets may stand before what makes a link of it, so the sanitizer has the last word.
  for (let round = 0; round < MOST_ROUNDS && findPersonalData(clean, STANDARD).length > 0; round += 1)
    clean = sanitizeText(withoutPersonalData(clean, STANDARD), text.kind, text) || '(empty)';
  return clean;
}

/** Texts of an action with their places (`args.body`), for whoever looks for secrets and personal data in them. */
export function outgoingTexts(kind: ActionKind, args: JsonObject): { place: string; text: string }[] {
  if (isInternal(kind)) return [];
  return Object.entries(args).flatMap(([member, value]) => [
    ...[value]
      .flat()
      .flatMap((item) => (typeof item === 'string' && TEXT_MEMBERS[member] !== undefined ? [{ place: `args.${member}`, text: item }] : [])),
    ...inside(member, value).flatMap(({ name, value: own }) =>
      typeof own === 'string' && TEXT_MEMBERS[name] !== undefined ? [{ place: `args.${member}.${name}`, text: own }] : [],
    ),
  ]);
}

/** Names of an action with their places: they cannot be mended, only refused. */
export function outgoingNames(target: { branch?: string | null }, args: JsonObject): { place: string; text: string }[] {
  const names: [string, JsonValue | undefined][] = [
    ['target.branch', target.branch],
    ...['head_branch', 'base_branch', 'url', 'marker'].map((member): [string, JsonValue | undefined] => [`args.${member}`, args[member]]),
    ...Object.entries(args).flatMap(([member, value]) =>
      inside(member, value)
        .filter(({ name }) => name === 'path' || name === 'marker')
        .map((own): [string, JsonValue] => [`args.${member}.${own.name}`, own.value]),
    ),
  ];
  return names.flatMap(([place, text]) => (typeof text === 'string' ? [{ place, text }] : []));
}
