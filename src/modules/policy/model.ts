import type { JsonValue } from '#kernel/json.ts';
import type { Role } from '#kernel/actor.ts';

export type Risk = 'low' | 'medium' | 'high';
export type Mode = 'auto' | 'ask' | 'require_approval';

/** What a condition may look at: `task.estimate`, `repo.tier`, `target.branch`, `channel.public` … nested plain values. */
export type Facts = { [key: string]: JsonValue };

/** The answer to "may this action run?". Total: every error, unknown shape or missing input is `deny`. */
export type PolicyDecision =
  | { kind: 'auto'; risk: Risk; rule: string; reason: string; policyHash: string }
  | {
      kind: 'approval';
      mode: 'ask' | 'require_approval';
      risk: Risk;
      rule: string;
      reason: string;
      policyHash: string;
      /** Any of these roles may decide. */
      approvers: Role[];
      minApprovals: number;
      ttlMs: number;
    }
  | { kind: 'deny'; risk: Risk; rule: string; reason: string; policyHash: string };

export interface PolicyQuestion {
  actionKind: string;
  facts: Facts;
}
