import type { PolicyDecision } from './model.ts';

/** How long a decision waits that only strict mode asks for. */
const TTL_MS = 24 * 3_600_000;

/**
 * `compliance.mode: strict`: what the policy would run by itself waits for a maintainer instead. Never loosens: a denial stays a
 * denial, and an approval the policy asks for keeps its own approvers.
 */
export function insistOnPeople(decision: PolicyDecision): PolicyDecision {
  if (decision.kind !== 'auto') return decision;
  return {
    ...decision,
    kind: 'approval',
    mode: 'require_approval',
    reason: `Compliance mode is strict: ${decision.reason}`,
    approvers: ['maintainer'],
    minApprovals: 1,
    ttlMs: TTL_MS,
  };
}
