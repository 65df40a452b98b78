import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import type { PolicyDecision } from '#modules/policy/index.ts';
import type { ActionStatus, GlassUse } from './model.ts';

/** From the first word to the effect: an emergency that lasts longer has time for an approval. */
export const GLASS_TTL_MINUTES = 15;

/** Whoever breaks glass could have been an approver of something. */
const LEAST_ROLE: Role = 'maintainer';

export interface GlassPerson {
  role: Role;
  active: boolean;
}

export type GlassRefusal = { code: string; reason: string };

/** Whoever goes past approvers, or tells of it afterwards: an active person of role maintainer or above, by token and by person. */
function decidePerson(by: Actor, person: GlassPerson | null): GlassRefusal | null {
  if (by.kind === 'agent' || by.role === 'agent') return { code: 'agent_never_decides', reason: 'An agent never decides.' };
  if (by.kind !== 'person' || by.personId === null || person === null)
    return { code: 'no_person', reason: 'This token belongs to no person; only people break glass.' };
  if (!person.active) return { code: 'person_inactive', reason: 'This person is not active.' };
  if (!isAtLeast(by.role, LEAST_ROLE) || !isAtLeast(person.role, LEAST_ROLE))
    return { code: 'role_missing', reason: `This needs the role ${LEAST_ROLE}.` };
  return null;
}

/**
 * May this person open the emergency exit of this action, or confirm it? Invariants: only active people of role maintainer or above, by
 * token and by person; only what waits for people; what policy denies stays denied.
 */
export function decideGlass(action: { status: ActionStatus; decision: PolicyDecision }, by: Actor, person: GlassPerson | null): GlassRefusal | null {
  const refusal = decidePerson(by, person);
  if (refusal !== null) return refusal;
  if (action.decision.kind === 'deny') return { code: 'policy_denies', reason: 'What the policy denies stays denied.' };
  if (action.status !== 'pending') return { code: 'not_pending', reason: `The action is ${action.status}; glass is broken only for one that waits.` };
  return null;
}

/** May this person write down what happened? Only where glass was broken, and once: what is written stays. */
export function decideAccount(
  use: { confirmedAt: Date | null; accountSubject: string | null } | null,
  by: Actor,
  person: GlassPerson | null,
): GlassRefusal | null {
  const refusal = decidePerson(by, person);
  if (refusal !== null) return refusal;
  if (use === null || use.confirmedAt === null)
    return { code: 'not_broken', reason: 'Glass was not broken for this action: there is nothing to tell.' };
  if (use.accountSubject === null) return null;
  return { code: 'account_written', reason: `${use.accountSubject} wrote down what happened already; what is written stays.` };
}

/** How a use stands. What was decided while nobody was the second needed none, whether its time is over by now or not. */
export function glassStateOf(use: { confirmedAt: Date | null; inTime: boolean; actionStatus: ActionStatus }): GlassUse['state'] {
  if (use.confirmedAt !== null) return 'broken';
  if (use.actionStatus === 'pending') return use.inTime ? 'opened' : 'ran_out';
  return use.actionStatus === 'expired' ? 'ran_out' : 'not_needed';
}

/** At execution: both still active maintainers. */
export function stillTwo(voters: readonly { personId: string; role: Role | null }[]): boolean {
  return new Set(voters.filter(({ role }) => role !== null && isAtLeast(role, LEAST_ROLE)).map(({ personId }) => personId)).size >= 2;
}
