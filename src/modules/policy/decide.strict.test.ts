import { describe, expect, it } from 'vitest';
import { insistOnPeople } from './decide.strict.ts';
import type { PolicyDecision } from './model.ts';

const common = { risk: 'low', rule: 'actions.pr.label', reason: 'named', policyHash: 'h' } as const;

describe('compliance mode strict', () => {
  it('makes what would run by itself wait for a maintainer, and says why', () => {
    const decision = insistOnPeople({ kind: 'auto', ...common });
    expect(decision).toMatchObject({ kind: 'approval', mode: 'require_approval', approvers: ['maintainer'], minApprovals: 1 });
    expect(decision.reason).toContain('strict');
  });

  it('leaves denials and approvals as they are', () => {
    const denied: PolicyDecision = { kind: 'deny', ...common };
    const asked: PolicyDecision = { kind: 'approval', mode: 'ask', approvers: ['developer'], minApprovals: 2, ttlMs: 60_000, ...common };
    expect([insistOnPeople(denied), insistOnPeople(asked)]).toEqual([denied, asked]);
  });
});
