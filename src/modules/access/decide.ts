import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { DECIDING_ROLES, type TokenOwner } from './model.ts';

export interface TokenRequest {
  role: Role;
  /** Handle as given, or null. */
  person: string | null;
  service?: string | null;
  /** Ids; null: all. */
  projects?: readonly string[] | null;
  permissions?: readonly string[] | null;
  /** The role is what the groups of an identity provider gave at a sign-in; it may be above the one the person has here. */
  fromGroups?: boolean;
  expiresAt: Date | null;
}

/**
 * Whether a token may be made. A role that decides needs an active person, because every decision must be somebody's; a
 * token for agents belongs to nobody, because an agent never decides; nobody hands out more power than they hold.
 */
export function decideToken(request: TokenRequest, owner: TokenOwner | null, by: Actor, now: Date): Result<null, AppError> {
  const { role, person, expiresAt } = request;
  const no = (kind: 'invalid' | 'forbidden', code: string, message: string, hint?: string) => err(new AppError(kind, message, { code, hint }));
  if (!isAtLeast(by.role, role === 'agent' ? 'admin' : role))
    return no('forbidden', 'role_above_own', `A token with role ${role} is more than your own role, ${by.role}.`);
  if (role === 'agent' && person !== null)
    return no('invalid', 'agent_token_with_person', 'A token for agents belongs to nobody.', 'Leave the person out.');
  const service = request.service ?? null;
  if (service !== null && person !== null)
    return no('invalid', 'service_token_with_person', 'A token belongs to a person or to a service account, not to both.');
  if (service !== null && !SERVICE_ROLES.includes(role))
    return no('invalid', 'service_role', `A service account is ${SERVICE_ROLES.join(', ')}, and not ${role}.`, 'Give it the least role that does.');
  if (!isWithin(request.projects, by.projects) || !isWithin(request.permissions, by.permissions))
    return no('forbidden', 'reach_above_own', 'A token reaches no further than the one that makes it.', 'Leave out what yours does not hold.');
  if (person === null && service === null && DECIDING_ROLES.includes(role)) {
    return no(
      'invalid',
      'person_needed',
      `The role ${role} decides, so its token must belong to a person.`,
      'Name one (--person HANDLE; POST /v1/people makes people), or a service account (--service NAME), which never decides.',
    );
  }
  if (person !== null && owner === null) return no('invalid', 'person_unknown', `There is no person "${person}".`, 'POST /v1/people makes people.');
  if (owner !== null && !owner.active) return no('invalid', 'person_inactive', `${owner.handle} is not active.`);
  // It would hold no more than the person has, whatever it said.
  if (owner !== null && request.fromGroups !== true && !isAtLeast(owner.role, role))
    return no(
      'invalid',
      'role_above_person',
      `A token with role ${role} is more than ${owner.handle} may do here (${owner.role}).`,
      `Ask for ${owner.role}, or raise the person's role first.`,
    );
  if (expiresAt !== null && expiresAt.getTime() <= now.getTime()) return no('invalid', 'expiry_past', 'The token would already be expired.');
  return ok(null);
}

const SERVICE_ROLES: readonly Role[] = ['viewer', 'developer', 'maintainer'];

/** Null is everything. */
function isWithin(wanted: readonly string[] | null | undefined, held: readonly string[] | null | undefined): boolean {
  if (held === null || held === undefined) return true;
  return wanted !== null && wanted !== undefined && wanted.every((item) => held.includes(item));
}

/** What both allow; null is everything. */
export function both(left: readonly string[] | null, right: readonly string[] | null): readonly string[] | null {
  if (left === null) return right;
  return right === null ? left : left.filter((item) => right.includes(item));
}

export interface TokenState {
  id: string;
  name: string;
  role: Role;
  runId: string | null;
  service?: string | null;
  projects?: readonly string[] | null;
  permissions?: readonly string[] | null;
  fromGroups?: boolean;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** What the last sign-in of a person through an identity provider gave. */
export interface Vouched {
  /** What their groups gave; null where groups did not count, and the role the person has here does. */
  role: Role | null;
  /** The highest role the person had here at a sign-in of theirs. */
  ownRole: Role;
}

/** What is known now of the person a credential belongs to. */
export interface Standing {
  owner: TokenOwner | null;
  /** Projects the person is limited to (null: none); a token narrows them further. */
  memberOf: readonly string[] | null;
  vouched: Vouched | null;
}

export const NOBODY: Standing = { owner: null, memberOf: null, vouched: null };

const lesser = (one: Role, other: Role): Role => (isAtLeast(one, other) ? other : one);

/**
 * The most that a credential of a person gives now (docs/decisions/0016). A role of their own: what they have here. One from a provider's
 * groups: what those gave at the last sign-in, and for somebody who was demoted here since any sign-in no more than is left to them. Nothing
 * known of a sign-in: what they have here.
 */
export function roleNow(own: Role, held: { role: Role | null; fromGroups: boolean }, vouched: Vouched | null): Role {
  const given = held.fromGroups ? (vouched?.role ?? null) : null;
  const most = given === null || vouched === null ? own : isAtLeast(own, vouched.ownRole) ? given : lesser(given, own);
  return held.role === null ? most : lesser(held.role, most);
}

/** The actor a token stands for now, or null when it is revoked, expired, or its person is gone or inactive. */
export function decideActor(token: TokenState & { personId: string | null }, standing: Standing, now: Date): Actor | null {
  const { owner, memberOf, vouched } = standing;
  if (token.revokedAt !== null) return null;
  if (token.expiresAt !== null && token.expiresAt.getTime() <= now.getTime()) return null;
  const limits = limitsOf(both(token.projects ?? null, memberOf), token.permissions ?? null);
  if (token.role === 'agent') return { kind: 'agent', subject: `agent:${token.name}`, role: 'agent', personId: null, runId: token.runId, ...limits };
  const service = token.service ?? null;
  if (service !== null) return { kind: 'service', subject: `service:${service}`, role: token.role, personId: null, ...limits };
  if (token.personId === null) return { kind: 'service', subject: `token:${token.id}`, role: token.role, personId: null, ...limits };
  if (owner === null || !owner.active || owner.role === 'agent') return null;
  const role = roleNow(owner.role, { role: token.role, fromGroups: token.fromGroups === true }, vouched);
  return { kind: 'person', subject: `person:${owner.handle}`, role, personId: owner.id, ...limits };
}

/** A person who signed in, with the role their provider's groups gave, or (`null`) the one they have here now. */
export function decideSignedIn({ owner, memberOf, vouched }: Standing, role: Role | null): Actor | null {
  if (owner === null || !owner.active || owner.role === 'agent' || role === 'agent') return null;
  const now = roleNow(owner.role, { role, fromGroups: role !== null }, vouched);
  return { kind: 'person', subject: `person:${owner.handle}`, role: now, personId: owner.id, ...limitsOf(memberOf, null) };
}

function limitsOf(projects: readonly string[] | null, permissions: readonly string[] | null): Pick<Actor, 'projects' | 'permissions'> {
  return { ...(projects === null ? {} : { projects }), ...(permissions === null ? {} : { permissions }) };
}
