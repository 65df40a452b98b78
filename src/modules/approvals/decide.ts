import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import type { ActionRecord } from '#modules/actions/index.ts';

/** What is known about the person a token belongs to. */
export interface Decider {
  handle: string;
  role: Role;
  active: boolean;
}

/** What of an action says who may decide it. */
export interface Judged {
  record: Pick<ActionRecord, 'kind' | 'risk' | 'trigger_user'> & { proposer: { subject: string }; target: { forge: string } };
}

export type Eligibility = { kind: 'eligible'; requester: boolean } | { kind: 'refused'; code: string; reason: string };

const refused = (code: string, reason: string): Eligibility => ({ kind: 'refused', code, reason });

/**
 * May this person decide this action? Invariants: agents never decide; a token that belongs to no active person never decides (the admin
 * token too); both the token and the person must hold one of the approver roles or stand above it; who asked for the work or wrote
 * the action never decides it when the risk is high, except a plan, or a path repository under `self_approval: local`.
 */
export function decideEligibility(
  action: Judged,
  approvers: readonly Role[],
  by: Actor,
  person: Decider | null,
  selfApproval: 'never' | 'local',
): Eligibility {
  if (by.kind === 'agent' || by.role === 'agent') return refused('agent_never_decides', 'An agent never decides.');
  if (by.kind !== 'person' || by.personId === null || person === null)
    return refused('no_person', 'This token belongs to no person; only people decide.');
  if (!person.active) return refused('person_inactive', `${person.handle} is not active.`);
  const able = approvers.some((needed) => isAtLeast(by.role, needed) && isAtLeast(person.role, needed));
  if (!able) return refused('role_missing', `This waits for ${approvers.join(' or ')}.`);
  const requester = isRequester(action, person.handle);
  if (requester && !maySelfDecide(action, selfApproval))
    return refused('requester_never_decides', 'Who asked for a high-risk action never decides it.');
  return { kind: 'eligible', requester };
}

function isRequester({ record }: Judged, handle: string): boolean {
  const subject = `person:${handle}`;
  return record.trigger_user === handle || record.trigger_user === subject || record.proposer.subject === subject;
}

function maySelfDecide({ record }: Judged, selfApproval: 'never' | 'local'): boolean {
  if (record.risk !== 'high' || record.kind === 'plan.approve') return true;
  return selfApproval === 'local' && record.target.forge === 'path';
}
