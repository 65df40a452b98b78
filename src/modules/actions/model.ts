import type { Actor } from '#kernel/actor.ts';
import type { ActionId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import type { PolicyDecision, Risk } from '#modules/policy/index.ts';

/** Persisted names of everything Reeve can do to the outside; `policy.default.yaml` names each (a test compares). */
export const ACTION_KINDS = [
  'plan.approve',
  'branch.create',
  'branch.push',
  'pr.create',
  'pr.update',
  'pr.label',
  'pr.comment.summary',
  'pr.check',
  'pr.merge',
  'pr.close',
  'pr.assign',
  'issue.comment.triage',
  'issue.comment.plan',
  'issue.comment.questions',
  'issue.label',
  'issue.assign',
  'issue.close',
  'issue.transition',
  'issue.create.low',
  'agent.dispatch',
  'config.update',
  'policy.update',
  'approval.notify',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export type ActionStatus = 'pending' | 'approved' | 'executing' | 'executed' | 'failed' | 'declined' | 'expired' | 'superseded' | 'denied' | 'shadowed';

/** Everything an approval is bound to; the digest is SHA-256 over its JCS (governance.md section 2). */
export interface ActionRecord {
  v: 1;
  organisation: string;
  action_id: ActionId;
  kind: ActionKind;
  target: { forge: string; repo: string; number: number | null; branch: string | null };
  args: JsonObject;
  preconditions: { head_sha: string | null; base_sha: string | null; issue_updated_at: string | null };
  proposer: { subject: string; run: string | null; model: string | null; prompt_hash: string | null };
  trigger_user: string | null;
  risk: Risk;
  policy_hash: string;
  created_at: string;
  expires_at: string;
}

export interface Action {
  id: ActionId;
  record: ActionRecord;
  digest: string;
  status: ActionStatus;
  decision: PolicyDecision;
  projectId: string | null;
  workItemId: string | null;
  supersedes: ActionId | null;
  supersededBy: ActionId | null;
  /** Result of the effect, or the error sentence. */
  outcome: JsonObject | null;
  createdAt: Date;
  expiresAt: Date;
  executedAt: Date | null;
}

export interface Proposal {
  kind: ActionKind;
  target: { forge: string; repo: string; number?: number | null; branch?: string | null };
  args: JsonObject;
  preconditions?: { headSha?: string | null; baseSha?: string | null; issueUpdatedAt?: string | null };
  proposer: { subject: string; run?: string | null; model?: string | null; promptHash?: string | null };
  /** Person (handle) whose label, command or request started this; never decides it when the risk is high. */
  triggerUser: string | null;
  projectId: string | null;
  workItemId: string | null;
  /** Facts for policy conditions beside those Reeve derives itself from target, args and project. */
  facts?: JsonObject;
  /** Same key and same body: the same action; same key, other body: AppError conflict. */
  idempotencyKey: string;
  /** Workflow that is told the outcome (topic `action:<id>`), if any. */
  notifyWorkflow?: string | null;
}

/** An effect on the outside: registered once per kind by app; run by the executor alone. */
export interface Effect {
  kind: ActionKind;
  /** Reads again what the action assumed; a sentence when it no longer holds. */
  check(action: Action): Promise<string | null>;
  /**
   * Idempotent: probes whether it already happened, then does it. Answers what the receipt keeps. `context` holds facts observed
   * now (the base the queue verified), which are not part of what was approved.
   */
  run(action: Action, context: JsonObject): Promise<JsonObject>;
}

export interface Actions {
  /** Joins the caller's transaction: evaluates policy, writes the row, ledger entry, outbox event. `auto` becomes `approved` at once. */
  propose(tx: Tx, proposal: Proposal): Promise<Action>;
  get(id: string): Promise<Action | null>;
  /**
   * Executes an approved action once: policy again, preconditions again, intent row, effect, receipt. Safe to call again after
   * a crash at any point; a finished action answers its stored outcome. Throws AppError refused when it may not run.
   */
  execute(id: string, context?: JsonObject): Promise<Action>;
  /** A new action with other args that replaces a pending one; policy runs again. */
  modify(tx: Tx, id: string, args: JsonObject, by: Actor): Promise<Action>;
  /** Takes back a pending action that lost its purpose. */
  withdraw(tx: Tx, id: string, reason: string): Promise<void>;
  list(filter: { status?: ActionStatus; workItemId?: string; kind?: string; limit: number; cursor?: string }): Promise<{ items: Action[]; nextCursor: string | null }>;
}
