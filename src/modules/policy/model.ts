import type { JsonValue } from '#kernel/json.ts';
import type { Role } from '#kernel/actor.ts';
import type { LimitsDocument } from './model.document.ts';
import type { EngineAnswer } from '#ports/policy-engine.ts';

export type Risk = 'low' | 'medium' | 'high';
export type Mode = 'auto' | 'ask' | 'require_approval';

/** What a condition may look at: `task.estimate`, `repo.tier`, `target.branch`, `channel.public` … nested plain values. */
export type Facts = { [key: string]: JsonValue };

/** Part of every decision. */
interface Decided {
  /** What was looked at, without `args` (they are in the action's own record): with both, the decision can be made again. */
  facts?: Facts;
}

/** The answer to "may this action run?". Total: every error, unknown shape or missing input is `deny`. */
export type PolicyDecision = Decided &
  (
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
    | { kind: 'deny'; risk: Risk; rule: string; reason: string; policyHash: string }
  );

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
  /** Paths that are protected whatever the texts say: where the policy itself lives. */
  protectedPaths?: readonly string[];
}

export interface CurrentPolicy {
  /** Covers the organisation's text, the project's override and the engine that is asked as well. */
  hash: string;
  /** The organisation's text. */
  text: string;
  source: string;
  /** The project's own text, which may only tighten; null without one. */
  override: PolicyText | null;
  /** What is asked beside the own rules (`cedar`, `opa` …), with the version of its rules; null: nothing. */
  engine: { name: string; version: string } | null;
  /** Limits in force, the project's override included. */
  limits: LimitsDocument;
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
  /**
   * A policy that cannot be read or understood denies. With `known`, no outside engine is asked: EngineUnasked where its answer is not
   * among them. Throws nothing else.
   */
  evaluate(question: PolicyQuestion, projectId?: string | null, known?: EngineAnswers): Promise<PolicyDecision>;
}

/** What an engine has answered already, by the SHA-256 of what it was asked: the kind, every fact, and the `policy_hash` in force. */
export type EngineAnswers = Map<string, EngineAnswer>;

/** The policy in force, for people who ask why. */
export interface PolicyInForce extends PolicyPort {
  /** The decision with how it came about. AppError unavailable as `current`. */
  explain(question: PolicyQuestion, projectId?: string | null): Promise<Explanation>;
}

/** One condition of the rule that was looked at. */
export interface ExplainedCondition {
  /** `when` or `ask_if`. */
  member: 'when' | 'ask_if';
  text: string;
  /** Null: it has no answer, `error` says why, and the action is denied. */
  holds: boolean | null;
  error: string | null;
}

/** One limit and the fact it is held against. */
export interface ExplainedLimit {
  name: string;
  /** `fine`, `over`, `deny` (the fact has no usable value), or `unconcerned` (the question brings no such fact). */
  state: 'fine' | 'over' | 'deny' | 'unconcerned';
  /** Why it is `over` or `deny`; of `pii_redaction` also what its value means. Else empty. */
  reason: string;
}

export interface Explanation {
  decision: PolicyDecision;
  /** The rule's name: `actions.<kind>` or `defaults`. */
  rule: string;
  conditions: ExplainedCondition[];
  limits: ExplainedLimit[];
  /** Members of the organisation's policy that the project's override made stricter, of this kind and of the limits. */
  tightened: { path: string; from: string; to: string }[];
  sources: { organisation: string; override: string | null };
  /** What the engine beside the own rules said; null without one. */
  engine: { name: string; answer: string; reason: string } | null;
}

/** A policy text that is or was in force. */
export interface PolicyVersion {
  /** Counts up from 1. */
  nr: number;
  hash: string;
  text: string;
  source: string;
  activatedAt: Date;
  /** `Actor.subject` of whoever proposed it, or `system` where the text came with the installation (file, branch, shipped). */
  activatedBy: string;
  /** The action `policy.update` that put it in force; null where the text came with the installation. */
  actionId: string | null;
}
