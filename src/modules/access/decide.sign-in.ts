import { isAtLeast, Role } from '#kernel/actor.ts';
import type { VouchedIdentity } from '#ports/identity-provider.ts';
import type { TokenOwner } from './model.ts';

/** Group of a provider -> role here. */
export type RoleMap = ReadonlyMap<string, Role>;

/** `platform=maintainer` per line of the setting; null when one is none (agent is no role of people). */
export function parseRoleMap(lines: readonly string[]): RoleMap | null {
  const map = new Map<string, Role>();
  for (const line of lines) {
    const at = line.lastIndexOf('=');
    const role = Role.exclude(['agent']).safeParse(line.slice(at + 1).trim());
    if (at < 1 || !role.success) return null;
    map.set(line.slice(0, at).trim(), role.data);
  }
  return map;
}

/** The highest role any group gives; without one viewer. Null without a map: the role the person has here counts. */
export function roleOfGroups(groups: readonly string[], map: RoleMap): Role | null {
  if (map.size === 0) return null;
  let best: Role = 'viewer';
  for (const group of groups) {
    const role = map.get(group);
    if (role !== undefined && isAtLeast(role, best)) best = role;
  }
  return best;
}

export type Matched =
  | { kind: 'known'; person: TokenOwner }
  | { kind: 'link'; person: TokenOwner }
  | { kind: 'create' }
  | { kind: 'refused'; code: string; reason: string };

/**
 * Whose sign-in it is: of the person linked to this very subject, else of the one with the verified address, who is then linked. An
 * address that belongs to somebody linked to another subject of the provider was given away anew: that is not the same person.
 */
export function decidePerson(
  identity: Pick<VouchedIdentity, 'email' | 'emailVerified'>,
  found: { bySubject: TokenOwner | null; byEmail: TokenOwner | null; emailLinkedElsewhere: boolean },
  unknown: 'refuse' | 'viewer',
): Matched {
  const refused = (code: string, reason: string): Matched => ({ kind: 'refused', code, reason });
  const { bySubject, byEmail, emailLinkedElsewhere } = found;
  if (bySubject !== null)
    return bySubject.active ? { kind: 'known', person: bySubject } : refused('person_inactive', `${bySubject.handle} is not active here.`);
  if (identity.email === null || !identity.emailVerified)
    return refused('email_unverified', 'The identity provider vouches for no address, and nobody here is linked to this account.');
  if (byEmail !== null) {
    if (!byEmail.active) return refused('person_inactive', `${byEmail.handle} is not active here.`);
    if (emailLinkedElsewhere)
      return refused('identity_taken', `${byEmail.handle} is linked to another account of this provider; an admin can link this one instead.`);
    return { kind: 'link', person: byEmail };
  }
  if (unknown === 'viewer') return { kind: 'create' };
  return refused('person_unknown', `Nobody here has the address ${identity.email}. An admin can add the person, or link the account.`);
}

/** A handle made of an address: what people.handle allows, with a number when it is taken. */
export function handleOf(email: string, taken: number): string {
  const base =
    (email.split('@', 1)[0] ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 34) || 'person';
  return taken === 0 ? base : `${base}-${taken + 1}`;
}

/** A path of ours and nothing else: no host can be written into it, in any reading of slashes. */
export function safeReturn(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[\w\-./?=&%~]*$/.test(path) && !path.includes('//') ? path : '/';
}
