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

/** Where a policy text came from, for people: a path, `default`, or a commit. */
export interface PolicyText {
  text: string;
  source: string;
}

/** What `load` answers: the organisation's policy and what single projects add to it (by project id). */
export interface LoadedPolicies {
  organisation: PolicyText;
  projects?: Readonly<Record<string, PolicyText>>;
}

export interface CurrentPolicy {
  hash: string;
  text: string;
  source: string;
  shadow: boolean;
}

/** One thing wrong with a policy text; `path` is dotted (`actions.pr.merge.mode`), or empty for the whole. */
export interface PolicyProblem {
  path: string;
  detail: string;
}

/** The policy in force; read again at every question, so that a stricter one stops what is waiting. */
export interface PolicyPort {
  /** The policy in force, for a project when one is named. AppError unavailable when it cannot be read or is invalid. */
  current(projectId?: string | null): Promise<CurrentPolicy>;
  /** Never throws: a policy that cannot be read or understood denies. */
  evaluate(question: PolicyQuestion, projectId?: string | null): Promise<PolicyDecision>;
}
