import { z } from 'zod';
import { Role } from '#kernel/actor.ts';
import type { Actor } from '#kernel/actor.ts';
import type { IdOf, PersonId } from '#kernel/ids.ts';
import type { Tx } from '#platform/db/index.ts';

/** True for a name of the IANA time zone database (or `UTC`); a bare offset knows no daylight saving and is not one. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const PersonInput = z.strictObject({
  handle: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,38}$/, 'lower-case letters, digits, dot, dash; 39 at most'),
  name: z.string().min(1).max(120),
  email: z.email().nullable().default(null),
  /** `typescript`, `billing`, `area:cart`; compared in lower case. */
  skills: z.array(z.string().min(1).max(40)).default([]),
  capacityHoursPerWeek: z.number().min(0).max(80).default(32),
  timezone: z.string().refine(isTimezone, 'must be a time zone like Europe/Berlin').default('UTC'),
  wipLimit: z.number().int().min(0).max(50).default(3),
  role: Role.exclude(['agent']).default('developer'),
  /** Path globs this person owns, for assignment and review. */
  owns: z.array(z.string()).default([]),
  active: z.boolean().default(true),
});
export type PersonInput = z.input<typeof PersonInput>;

export interface Person {
  id: PersonId;
  handle: string;
  name: string;
  email: string | null;
  skills: string[];
  capacityHoursPerWeek: number;
  timezone: string;
  wipLimit: number;
  role: Exclude<Role, 'agent'>;
  owns: string[];
  active: boolean;
  /** Grows by one with each change; give it back to change only what you saw. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

/** All but the handle, which assignments and records name: it stays. What is left out stays as it is. */
export type PersonChange = Partial<Omit<PersonInput, 'handle'>>;

/** Logins are one name in any case; subjects of identity providers are not (OpenID Connect Core 1.0, section 2; SAML 2.0 Core, 8.3.7). */
const CASE_COUNTS = new Set(['oidc', 'saml']);

/** Name of somebody on another system as it is stored and looked for. */
export const toExternalId = (source: string, externalId: string): string => (CASE_COUNTS.has(source) ? externalId : externalId.toLowerCase());

/** Who a person is on another system: login on `github`, address on `slack`. */
export interface Identity {
  id: IdOf<'identity'>;
  source: string;
  externalId: string;
  personId: PersonId;
  /** Lasting id of the account there, since the login was first used here. Null: not used yet, or the source tells none. */
  accountId: string | null;
  createdAt: Date;
}

export const TeamInput = z.strictObject({
  key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,38}$/, 'lower-case letters, digits and dashes; 39 at most'),
  name: z.string().min(1).max(120),
  /** Handles. */
  members: z.array(z.string()).max(500).default([]),
});
export type TeamInput = z.input<typeof TeamInput>;

export interface TeamChange {
  name?: string | undefined;
  members?: string[] | undefined;
}

export interface Team {
  id: IdOf<'team'>;
  key: string;
  name: string;
  /** Handles, sorted. */
  members: string[];
  /** As of a person. */
  revision: number;
  createdAt: Date;
  updatedAt: Date;
}

/** How much a person carries, for assignment: `free` is what the WIP limit leaves, 0 for who is not active. */
export interface Load {
  handle: string;
  wip: number;
  wipLimit: number;
  free: number;
  capacityHoursPerWeek: number;
}

export function toLoad(person: Person, wip: number): Load {
  const { handle, wipLimit, capacityHoursPerWeek, active } = person;
  return { handle, wip, wipLimit, capacityHoursPerWeek, free: active ? Math.max(0, wipLimit - wip) : 0 };
}

export interface Listed<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PageOf {
  limit: number;
  cursor?: string | undefined;
}

/**
 * People, their identities elsewhere and their teams. Every write is one ledger entry and one event. Writes throw AppError
 * not_found, conflict (`taken`, `referenced`), invalid (the sentence names the field), forbidden `role_above_own`: nobody
 * makes, changes or links a person with a role above their own. With `ifRevision`, conflict `revision_moved` when somebody was faster.
 */
export interface People {
  create(input: PersonInput, by: Actor): Promise<Person>;
  update(id: string, change: PersonChange, by: Actor, ifRevision?: number): Promise<Person>;
  /** Refused while identities, teams, tokens or issues name the person: deactivate instead. */
  remove(id: string, by: Actor): Promise<void>;
  /** Create or update by handle, for `reeve.yaml` at start. Fields left out stay as they are. */
  ensure(input: PersonInput, by: Actor): Promise<Person>;
  get(id: string): Promise<Person | null>;
  byHandle(handle: string): Promise<Person | null>;
  /** In any case of its letters. */
  byEmail(email: string): Promise<Person | null>;
  /** Whether a person is active, who stays so until the transaction ends: a deactivation waits for it, and this for a deactivation under way. */
  holdActive(tx: Tx, id: string): Promise<boolean>;
  /** In order of making; `active` filters. */
  list(page: PageOf & { active?: boolean | undefined }): Promise<Listed<Person>>;
  /** Every active person, for assignment. */
  active(): Promise<Person[]>;
  /** Load of every active person, from the items in work. */
  loads(): Promise<Load[]>;
  load(id: string): Promise<Load | null>;
  /** The same pair twice is once; the same external id for another person: conflict `taken`. */
  link(source: string, externalId: string, personId: string, by: Actor): Promise<Identity>;
  unlink(identityId: string, by: Actor): Promise<void>;
  /** The person behind an external id (any case), or null. */
  personFor(source: string, externalId: string): Promise<Person | null>;
  /**
   * The same for somebody who does something there. `accountId`, the account's lasting id, stays with the identity from its first use on:
   * null for whoever has the login now from another account, until somebody removes the link and makes it anew. `accountId` null: the source
   * tells none, and the login alone counts.
   */
  recognize(source: string, externalId: string, accountId: string | null): Promise<Person | null>;
  identity(id: string): Promise<Identity | null>;
  identities(page: PageOf & { personId?: string | undefined }): Promise<Listed<Identity>>;
  createTeam(input: TeamInput, by: Actor): Promise<Team>;
  /** `members` replaces the whole list. */
  updateTeam(id: string, change: TeamChange, by: Actor, ifRevision?: number): Promise<Team>;
  removeTeam(id: string, by: Actor): Promise<void>;
  ensureTeam(input: TeamInput, by: Actor): Promise<Team>;
  team(id: string): Promise<Team | null>;
  teamByKey(key: string): Promise<Team | null>;
  teams(page: PageOf): Promise<Listed<Team>>;
}
