import { z } from 'zod';

/**
 * Every row a person may meet has an id of the form `<prefix>_<26 characters>`: the kind is readable, ids made later sort
 * later, and an id of one kind cannot be passed where another is meant.
 */
export type Id<Prefix extends string> = string & { readonly __id: Prefix };

/** Prefixes are persisted: never rename one. */
export const ID_PREFIXES = {
  project: 'proj',
  repository: 'repo',
  person: 'pers',
  identity: 'iden',
  team: 'team',
  token: 'tok',
  event: 'evt',
  workItem: 'iss',
  plan: 'plan',
  task: 'task',
  run: 'run',
  changeRequest: 'cr',
  rollback: 'rb',
  action: 'act',
  pull: 'pull',
  modelCall: 'call',
  modelVersion: 'mv',
  agent: 'agt',
  request: 'req',
  comment: 'cmt',
  question: 'que',
  ciResult: 'ci',
  compliance: 'comp',
  signingKey: 'key',
  session: 'ses',
  backfill: 'bf',
  review: 'rev',
  fix: 'fix',
  view: 'view',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;
export type IdOf<K extends IdKind> = Id<(typeof ID_PREFIXES)[K]>;

export type ProjectId = IdOf<'project'>;
export type RepositoryId = IdOf<'repository'>;
export type PersonId = IdOf<'person'>;
export type TokenId = IdOf<'token'>;
export type EventId = IdOf<'event'>;
export type WorkItemId = IdOf<'workItem'>;
export type PlanId = IdOf<'plan'>;
export type TaskId = IdOf<'task'>;
export type RunId = IdOf<'run'>;
export type ChangeRequestId = IdOf<'changeRequest'>;
export type ActionId = IdOf<'action'>;

/** Makes ids; an implementation owns time and randomness (`platform/crypto`). */
export interface Ids {
  next<K extends IdKind>(kind: K): IdOf<K>;
}

// Crockford's base 32: no I, L, O, U, so an id can be read aloud. https://github.com/ulid/spec
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Formats an id from a UNIX time in milliseconds and ten random bytes (the ULID layout: 48 bits of time, 80 of chance). */
export function formatId<K extends IdKind>(kind: K, unixMs: number, random: Uint8Array): IdOf<K> {
  let time = '';
  for (let rest = unixMs, i = 0; i < 10; i += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let bits = 0n;
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let chance = '';
  for (let i = 0; i < 16; i += 1) {
    chance = ALPHABET.charAt(Number(bits & 31n)) + chance;
    bits >>= 5n;
  }
  return `${ID_PREFIXES[kind]}_${time}${chance}` as IdOf<K>;
}

/** A schema that accepts exactly the ids of one kind. */
export function idSchema<K extends IdKind>(kind: K): z.ZodType<IdOf<K>, string> {
  return z
    .string()
    .regex(new RegExp(`^${ID_PREFIXES[kind]}_[0-9A-HJKMNP-TV-Z]{26}$`), `must be an id like ${ID_PREFIXES[kind]}_01J…`)
    .transform((text) => text as IdOf<K>) as unknown as z.ZodType<IdOf<K>, string>;
}
