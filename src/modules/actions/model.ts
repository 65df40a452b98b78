import type { Actor, Role } from '#kernel/actor.ts';
import type { ActionId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Tx } from '#platform/db/index.ts';
import type { PolicyDecision, Risk } from '#modules/policy/index.ts';
import type { DescribedPart, DescribedUndo, DigestField } from './decide.describe.ts';

/** Persisted names of everything Reeve can do to the outside; `policy.default.yaml` names each (a test compares). */
export const ACTION_KINDS = [
  'plan.approve',
  'branch.create',
  'branch.push',
  'branch.delete',
  'pr.create',
  'pr.update',
  'pr.label',
  'pr.comment.summary',
  'pr.comment.answer',
  'pr.review',
  'pr.reviewers',
  'pr.thread.reply',
  'pr.thread.resolve',
  'pr.comment.output',
  'pr.check',
  'pr.merge',
  'pr.close',
  'pr.revert',
  'pr.assign',
  'issue.comment.triage',
  'issue.comment.plan',
  'issue.comment.questions',
  'issue.label',
  'issue.assign',
  'issue.close',
  'issue.transition',
  'issue.create.low',
  'issue.tick',
  'agent.dispatch',
  'ci.retry',
  'ci.rerun',
  'release.draft',
  'release.changelog',
  'policy.update',
  'budget.raise',
  'rollout.advance',
  'approval.notify',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export type ActionStatus =
  | 'pending'
  | 'approved'
  | 'executing'
  | 'executed'
  | 'failed'
  | 'declined'
  | 'expired'
  | 'superseded'
  | 'denied'
  | 'shadowed';

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
  /** When its first attempt began, by the database's clock; null or left out: it was never tried. */
  triedSince?: Date | null;
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
  /** Workflow that is told the outcome (topic `action:<id>`, message `ActionNotice`), if any. */
  notifyWorkflow?: string | null;
  /** Who calls `execute` once it is allowed: the proposing code (`caller`, the default), or the executor's own sweep. */
  runBy?: 'caller' | 'executor';
}

/** What a waiting workflow hears on topic `action:<id>`. The row is the truth; this only wakes. */
export interface ActionNotice {
  actionId: string;
  status: 'approved' | 'declined' | 'expired' | 'modified' | 'withdrawn';
  by: string | null;
  reason: string | null;
  supersededBy: string | null;
}

/** Who allowed an action. */
export type Authorization =
  | { by: 'policy'; rule: string }
  | { by: 'people'; voters: Voter[]; selfApproved: boolean }
  /** Two people in an emergency, without the approvers; good until `expiresAt`. */
  | { by: 'break_glass'; voters: Voter[]; reason: string; expiresAt: string };

export interface Voter {
  personId: string;
  subject: string;
  role: Role;
}

/** An effect on the outside: registered once per kind by app; run by the executor alone. */
export interface Effect {
  kind: ActionKind;
  /** Reads again what the action assumed; a sentence when it no longer holds. Not asked when `probe` found the effect done. */
  check(action: Action): Promise<string | null>;
  /**
   * After an attempt whose outcome is unknown: the result when the effect has happened, else null. Has no effect itself. Without
   * it a retry goes straight to `run`.
   */
  probe?(action: Action, context: JsonObject): Promise<JsonObject | null>;
  /**
   * Idempotent: probes whether it already happened, then does it. Answers what the receipt keeps. `context` holds facts observed
   * now (the base the queue verified), which are not part of what was approved. Throws AppError unavailable or rate_limited
   * to be tried again later; any other AppError is final.
   */
  run(action: Action, context: JsonObject): Promise<JsonObject>;
  /**
   * Takes back what an attempt left waiting on the outside and has not happened yet (a place in the forge's own merge queue); nothing waits: fine.
   * Asked when an action that was tried may not go on; `probe` is asked again after it. Throws as `run` does.
   */
  recall?(action: Action): Promise<void>;
}

/** An action for whoever decides about it, made from its record and nothing else. */
export interface ActionDescription {
  /** What will happen, in one sentence; names in it are untrusted. */
  headline: string;
  parts: DescribedPart[];
  /** What the digest covers, line by line. */
  fields: DigestField[];
  /** The very text the digest is the SHA-256 of (JCS, RFC 8785). */
  canonical: string;
  undo: DescribedUndo;
  /** Why its arguments cannot be changed, and what to do instead; null: they can. */
  fixed: string | null;
  /** JSON Schema of changed arguments. */
  argsSchema: JsonObject;
}

/** What would become of an action with other arguments. */
export type ForeseenModification =
  | { ok: true; args: JsonObject; decision: PolicyDecision }
  /** `path`: `args.body`. */
  | { ok: false; problems: Array<{ path: string; message: string }> };

declare const PROPOSING: unique symbol;
/** A transaction that `Actions.transaction` began. In any other one an outside policy engine would have to be asked while it is open. */
export type ProposingTx = Tx & { readonly [PROPOSING]: true };

export interface Actions {
  /** What policy would answer now, without proposing anything; facts are observed as for a proposal. */
  foresee(proposal: Proposal): Promise<PolicyDecision>;
  /**
   * A transaction for `propose`, `modify` and `undo`: an outside policy engine is asked before it, never while it is open. `work` may run
   * more than once, and touches nothing but the database. AppError unavailable `policy_question_moves`.
   */
  transaction<T>(work: (tx: ProposingTx) => Promise<T>): Promise<T>;
  /** Joins the transaction: evaluates policy, writes the row, ledger entry, outbox event. `auto` becomes `approved` at once. */
  propose(tx: ProposingTx, proposal: Proposal): Promise<Action>;
  get(id: string): Promise<Action | null>;
  /** Several at once; those that are not there are left out. */
  many(ids: readonly string[]): Promise<Action[]>;
  describe(action: Action): ActionDescription;
  /** The one sentence of it alone. */
  headline(action: Action): string;
  /** What `modify` would make of other arguments; changes nothing. AppError not_found. */
  foreseeModification(id: string, args: JsonObject, by: Actor): Promise<ForeseenModification>;
  /** Of a pending action of high risk: why it would be refused even after a yes, as it was last read; null: nothing is known against it. */
  guardRefusal(id: string): Promise<string | null>;
  /** The same for several; those that nothing is known against are left out. */
  guardRefusals(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The action that was proposed under this key. */
  byKey(idempotencyKey: string): Promise<Action | null>;
  /**
   * Executes an approved action once: policy again, preconditions again, intent row, effect, receipt. Safe to call again after
   * a crash at any point, and by two workers at once.
   *
   * Answers a finished action: `executed`, `shadowed`, or `failed` with `outcome.error` (a sentence) and `outcome.code`: look at
   * the status. A stricter policy or a precondition that broke ends as `failed` (`policy_stricter`, `precondition_failed`).
   * Throws AppError refused when it may not run (pending, declined, expired, superseded, denied), not_found, and
   * unavailable or rate_limited when it should be tried again, and conflict `base_moved` or `ref_moved` when a fact of `context` was
   * overtaken: nothing was done, the action is still approved, come back with newer facts.
   *
   * `askAgain`: the caller goes on with `outcome.proposed_again`, the same proposal before people once more, where those who allowed this
   * one no longer may or the policy became stricter. Once: what was asked again ends for good.
   */
  execute(id: string, context?: JsonObject, options?: { askAgain?: boolean }): Promise<Action>;
  /**
   * Whether `execute` would go on with an approved or executing action now: nothing is changed, and nothing is recorded. For whoever waits while the
   * outside is at it: no means that `execute` ends it, and takes back what waits. AppError not_found, unavailable, rate_limited.
   */
  mayGoOn(id: string): Promise<boolean>;
  /**
   * Ends an executing action that only waits on the outside: what waits is taken back, and it ends as `failed` (`given_up`, with `reason`), or as
   * `executed` where it happened meanwhile. AppError conflict `action_executing`: there is nothing that could be taken back; not_found, unavailable.
   */
  giveUp(id: string, reason: string): Promise<Action>;
  /** A new action with other args that replaces a pending one; policy runs again. */
  modify(tx: ProposingTx, id: string, args: JsonObject, by: Actor): Promise<Action>;
  /**
   * Takes back an action that lost its purpose and has not started: it becomes `superseded` without successor, and a decision on it is
   * refused with this outcome. One that is finished stays as it is; one whose effect has started: AppError conflict
   * `action_executing`. `by`: `Actor.subject` of whoever made it pointless; default `system`.
   */
  withdraw(tx: Tx, id: string, reason: string, by?: string): Promise<void>;
  /** Proposes the inverse of an executed action. AppError refused (`not_executed`, `undo_by_command`, `irreversible`, `undo_unknown`). */
  undo(tx: ProposingTx, id: string, by: Actor): Promise<Action>;
  /**
   * The emergency exit: the first person opens it, a second one confirms it within 15 minutes. AppError forbidden, conflict
   * (`second_person_needed`, `digest_mismatch`, `not_pending`), invalid for a reason that is too short.
   */
  breakGlass(id: string, request: BreakGlassRequest, by: Actor): Promise<BreakGlass>;
  /**
   * Writes down what happened, once, where glass was broken. AppError forbidden, not_found, conflict (`not_broken`, `account_written`), invalid for a
   * text that is too short or too long.
   */
  accountForGlass(id: string, text: string, by: Actor): Promise<GlassAccount>;
  /** Where the emergency exit was opened, the newest action first. */
  glassUses(filter: GlassFilter): Promise<{ items: GlassUse[]; nextCursor: string | null }>;
  list(filter: ActionFilter): Promise<{ items: Action[]; nextCursor: string | null }>;
}

export interface GlassFilter {
  /** Id or key. */
  projectId?: string | undefined;
  projectIds?: readonly string[] | undefined;
  actionId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** One use of the emergency exit, or one that was begun. */
export interface GlassUse {
  action: Pick<Action, 'id' | 'record' | 'status' | 'projectId'>;
  /** `opened` waits for a second person; `ran_out`: nobody was the second in time; `not_needed`: the action was decided without it. */
  state: 'opened' | 'ran_out' | 'not_needed' | 'broken';
  reason: string;
  openedBy: string;
  openedAt: Date;
  confirmedBy: string | null;
  confirmedAt: Date | null;
  /** Until when a second person confirms it, and until when what was broken may run. */
  expiresAt: Date;
  /** What happened, written down afterwards; null: it is owed, or there is nothing to account for. */
  account: GlassAccount | null;
}

export interface GlassAccount {
  text: string;
  /** `Actor.subject` of who wrote it. */
  by: string;
  at: Date;
}

export interface BreakGlassRequest {
  digest: string;
  /** 10 to 2,000 characters. */
  reason: string;
}

export interface BreakGlass {
  actionId: string;
  /** `opened` waits for a second person. */
  state: 'opened' | 'broken';
  reason: string;
  openedBy: string;
  confirmedBy: string | null;
  expiresAt: Date;
}

export interface ActionFilter {
  status?: ActionStatus;
  workItemId?: string;
  projectId?: string;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[];
  kind?: string;
  limit: number;
  cursor?: string;
}

/** What people decided, as approvals tell it. */
export type Settlement =
  | { status: 'approved'; by: string; reason: string | null; voters: Voter[]; selfApproved: boolean }
  | { status: 'declined' | 'expired'; by: string; reason: string | null };

/** The executor's side, for app and approvals. */
export interface ActionExecutor {
  /** Before the first `execute`; one effect per kind. */
  register(effect: Effect): void;
  /**
   * Executes what is allowed and `runBy: 'executor'` (proposals over HTTP), at most `limit`; answers how many ended. Failures are
   * recorded with the action and tried again later. To be called on `action.approved` / `action.proposed` events and now and then.
   */
  executeDue(limit?: number): Promise<number>;
  /** Asks how the branches of pending actions of high risk are guarded; answers of how many. To be called now and then, in no transaction. */
  lookAtGuards(): Promise<number>;
  /** Writes a decision of people to a pending action, in the transaction of the decision. AppError conflict when it is not pending. */
  settle(tx: Tx, id: string, settlement: Settlement): Promise<Action>;
}
