import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { DECIDING_ROLES, type TokenOwner } from './model.ts';

export interface TokenRequest {
  role: Role;
  /** Handle as given, or null. */
  person: string | null;
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
  if (person === null && DECIDING_ROLES.includes(role)) {
    return no(
      'invalid',
      'person_needed',
      `The role ${role} decides, so its token must belong to a person.`,
      'Name one (--person HANDLE); POST /v1/people makes people.',
    );
  }
  if (person !== null && owner === null) return no('invalid', 'person_unknown', `There is no person "${person}".`, 'POST /v1/people makes people.');
  if (owner !== null && !owner.active) return no('invalid', 'person_inactive', `${owner.handle} is not active.`);
  if (expiresAt !== null && expiresAt.getTime() <= now.getTime()) return no('invalid', 'expiry_past', 'The token would already be expired.');
  return ok(null);
}

export interface TokenState {
  id: string;
  name: string;
  role: Role;
  runId: string | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** The actor a token stands for now, or null when it is revoked, expired, or its person is gone or inactive. */
export function decideActor(token: TokenState & { personId: string | null }, owner: TokenOwner | null, now: Date): Actor | null {
  if (token.revokedAt !== null) return null;
  if (token.expiresAt !== null && token.expiresAt.getTime() <= now.getTime()) return null;
  if (token.role === 'agent') return { kind: 'agent', subject: `agent:${token.name}`, role: 'agent', personId: null, runId: token.runId };
  if (token.personId === null) return { kind: 'service', subject: `token:${token.id}`, role: token.role, personId: null };
  if (owner === null || !owner.active) return null;
  return { kind: 'person', subject: `person:${owner.handle}`, role: token.role, personId: owner.id };
}
