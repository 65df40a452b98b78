import { decidePolicy } from './decide.ts';
import type { Policy } from './model.document.ts';
import type { LimitFact } from './model.facts.ts';
import type { Facts, Mode, PolicyDecision } from './model.ts';

/** A decision that was made, as the record of its action tells it. */
export interface RecordedDecision {
  actionId: string;
  actionKind: string;
  projectId: string | null;
  at: Date;
  decision: PolicyDecision;
  args: Facts;
}

export type DecidedMode = Mode | 'deny';

export interface ChangedDecision {
  actionId: string;
  actionKind: string;
  projectId: string | null;
  at: Date;
  from: DecidedMode;
  to: DecidedMode;
  /** The new rule and why. */
  rule: string;
  reason: string;
}

export const decidedMode = (decision: PolicyDecision): DecidedMode => (decision.kind === 'approval' ? decision.mode : decision.kind);

/** One recorded decision under another text: null when the record does not hold what was looked at then. */
export function redecide(recorded: RecordedDecision, policy: Policy | null, observed: readonly LimitFact[]): ChangedDecision | null {
  const { facts } = recorded.decision;
  if (facts === undefined) return null;
  const { actionId, actionKind, projectId, at } = recorded;
  const known = { actionId, actionKind, projectId, at, from: decidedMode(recorded.decision) };
  if (policy === null) return { ...known, to: 'deny', rule: 'project override', reason: 'The override of the project would loosen this text.' };
  const decision = decidePolicy(policy, { actionKind, facts: { ...facts, args: recorded.args } }, observed);
  return { ...known, to: decidedMode(decision), rule: decision.rule, reason: decision.reason };
}
