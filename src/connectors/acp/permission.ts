import type { PermissionAnswer } from '#ports/harness.ts';
import type { PermissionOption } from './schema.ts';

/** What goes back to the agent, and what is recorded. */
export interface PermissionChoice {
  outcome: { outcome: 'selected'; optionId: string } | { outcome: 'cancelled' };
  allowed: boolean;
  reason: string;
}

/**
 * Picks one of the agent's options. Only `allow_once` allows: `allow_always` would answer questions that have not been
 * asked yet. Where several allow once, the first is the plain one (one agent's second also switches its mode).
 */
export function choosePermission(options: readonly PermissionOption[], answer: PermissionAnswer): PermissionChoice {
  const ofKind = (kind: string): PermissionOption | undefined => options.find((option) => option.kind === kind);
  if (answer.allow) {
    const once = ofKind('allow_once');
    if (once !== undefined) return { outcome: { outcome: 'selected', optionId: once.optionId }, allowed: true, reason: 'allowed by policy' };
    return { ...refuse(ofKind), allowed: false, reason: 'the agent offers no way to allow this once' };
  }
  return { ...refuse(ofKind), allowed: false, reason: answer.reason };
}

function refuse(ofKind: (kind: string) => PermissionOption | undefined): Pick<PermissionChoice, 'outcome'> {
  const no = ofKind('reject_once') ?? ofKind('reject_always');
  return { outcome: no === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: no.optionId } };
}
