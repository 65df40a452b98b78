import type { Actor, Role } from '#kernel/actor.ts';
import type { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Action, ActionDescription } from '#modules/actions/index.ts';
import type { Explanation, PolicyDecision, Risk } from '#modules/policy/index.ts';
import type { ChangedFile } from './decide.changes.ts';

/** An approval is the pending side of an action: same id. */
export interface Approval {
  id: string;
  action: Action;
  /** What will happen, in one sentence; names in it are untrusted. */
  headline: string;
  /** Title of the issue it is for; untrusted. Null: of none. */
  issueTitle: string | null;
  status: 'pending' | 'approved' | 'declined' | 'modified' | 'expired' | 'withdrawn';
  decidedBy: string | null;
  decidedAt: Date | null;
  reason: string | null;
  /** Yes votes so far and how many are needed. */
  votes: { yes: number; needed: number };
  /** Set when the decider was also the requester (self_approval: local). */
  selfApproved: boolean;
  /** Who is asked at the moment, when somebody passed it on or it was escalated: `person:<handle>` or `role:<role>`. */
  asked: string | null;
  /** Why it would not be done even after a yes, as it was last read; null: nothing is known against it. */
  warning: string | null;
  /** Roles of which any may decide. */
  approvers: Role[];
  /** Ids of people who have said yes. */
  yesBy: string[];
  expiresAt: Date;
  /** What was said about it, oldest first. */
  notes: Note[];
}

/** Something said about a pending approval; decides nothing. */
export interface Note {
  kind: 'question' | 'answer' | 'reassigned' | 'reminded' | 'escalated';
  by: string;
  text: string;
  at: Date;
}

export interface DecisionRequest {
  decision: 'approve' | 'decline' | 'modify';
  digest: string;
  reason?: string;
  modifiedArgs?: JsonObject;
  /** The repository's name, as the person typed it. A wrong one is refused always; a missing one where `typed` or the installation insists. */
  confirm?: string;
  /** The surface is one where a person clicks or types: a yes to high risk needs `confirm`. */
  typed?: boolean;
}

export interface BatchItem {
  id: string;
  digest: string;
  confirm?: string;
}

export interface BatchRequest {
  decision: 'approve' | 'decline';
  /** Only actions of this kind are decided; like is decided with like. */
  kind: string;
  reason?: string;
  typed?: boolean;
  items: BatchItem[];
}

/** What became of one item of a batch; each is decided by itself. */
export type BatchResult = { id: string; ok: true; approval: Approval } | { id: string; ok: false; error: AppError };

/** How one person decides, for finding rubber stamps. */
export interface ApproverRow {
  personId: string;
  subject: string;
  decisions: number;
  /** 0 to 1. */
  approvedShare: number;
  /** Share of all decisions that were a yes in under five seconds. */
  hastyShare: number;
  medianSeconds: number;
  flagged: boolean;
}

/** Order of a list: `newest` proposed first, `expiring` first, or by `risk` and then by what runs out first. */
export const ORDERS = ['newest', 'expiring', 'risk'] as const;
export type Order = (typeof ORDERS)[number];

export interface ApprovalFilter {
  /** `decided`: whatever waits no longer. */
  status?: Approval['status'] | 'decided';
  kind?: string;
  risk?: Risk;
  projectId?: string;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[];
  workItemId?: string;
  /** Only what this caller may decide and has not said yes to. */
  mine?: Actor;
  order?: Order;
  limit: number;
  /** Id of the approval it goes on behind. */
  cursor?: string;
}

/** How a caller stands to an approval, as it is now. */
export interface Standing {
  mayDecide: boolean;
  /** Why not; null when they may. */
  whyNot: { code: string; reason: string } | null;
  /** They asked for it, or wrote it. */
  requester: boolean;
  /** They have said yes already. */
  voted: boolean;
}

/** What waits, counted. `mine`: what the caller may decide; of the oldest thousand that wait for a role of theirs. */
export interface ApprovalCounts {
  pending: number;
  mine: number;
  /** Of `mine`, what runs out within an hour. */
  mineSoon: number;
  byRisk: Record<Risk, number>;
  byKind: Array<{ kind: string; pending: number; mine: number }>;
  byProject: Array<{ projectId: string | null; pending: number }>;
}

/** One word of a person. */
export interface Vote {
  subject: string;
  decision: 'approve' | 'decline' | 'modify';
  reason: string | null;
  at: Date;
}

/** The rule that asked, held against the same facts by the policy in force now. */
export interface AskingRule {
  /** Whether the policy that asked is the one in force. */
  inForce: boolean;
  source: string | null;
  conditions: Explanation['conditions'];
  limits: Explanation['limits'];
  /** What the policy in force would say now; null where it cannot be used. */
  now: { kind: PolicyDecision['kind']; rule: string; reason: string } | null;
}

/** Everything about one approval that a person looks at before they decide. */
export interface ApprovalDetails {
  approval: Approval;
  description: ActionDescription;
  rule: AskingRule;
  votes: Vote[];
  /** People who may decide it now and see it, as `person:<handle>`. */
  eligible: string[];
  /** Pending ones of the same kind that the caller may decide, this one left out. */
  like: number;
  /** Texts in force that a text of the arguments would replace, by the path of the part. */
  before: Readonly<Record<string, string>>;
}

export interface ChangesFilter {
  limit: number;
  /** Path of the file it goes on behind. */
  cursor?: string;
  /** This file alone, and more of it. */
  path?: string;
}

/** A changed file with its hunks in unified form; no text: empty. */
export interface ChangedFileText extends ChangedFile {
  /** By the policy in force. */
  isProtected: boolean;
  hunks: string;
  /** More of it is not shown. */
  cut: boolean;
}

export interface ApprovalChanges {
  /** Why there is nothing to show; null: there is. */
  unavailable: string | null;
  /** The two commits. */
  from: string | null;
  to: string | null;
  /** Where it goes. */
  onto: string | null;
  /** Of all of it, whatever is listed. */
  files: number;
  added: number;
  deleted: number;
  protectedFiles: number;
  items: ChangedFileText[];
  nextCursor: string | null;
}

/** Who could decide what is only foreseen. */
export interface ForeseenDeciders {
  /** People who see it, as `person:<handle>`. */
  eligible: string[];
  /** Why the caller could not; null: they could. */
  whyNot: { code: string; reason: string } | null;
}

export interface ForeseenDecision extends ForeseenDeciders {
  kind: PolicyDecision['kind'];
  risk: Risk;
  reason: string;
  approvers: Role[];
  needed: number;
}

/** What would become of a pending action with other arguments; the caller would be its proposer. */
export type ModificationPreview =
  | { ok: true; args: JsonObject; decision: ForeseenDecision }
  | { ok: false; problems: Array<{ path: string; message: string }> };

export interface Approvals {
  /** How many wait for a decision. */
  countPending(): Promise<number>;
  list(filter: ApprovalFilter): Promise<{ items: Approval[]; nextCursor: string | null }>;
  counts(by: Actor, filter: Pick<ApprovalFilter, 'projectId' | 'projectIds'>): Promise<ApprovalCounts>;
  /** How a caller stands to each of these; whoever is no person may decide nothing. */
  standings(approvals: readonly Approval[], by: Actor): Promise<Standing[]>;
  /** AppError not_found. */
  details(id: string, by: Actor): Promise<ApprovalDetails>;
  /** What `modify` would make of other arguments; changes nothing. AppError not_found, forbidden, conflict `already_decided`. */
  previewModification(id: string, args: JsonObject, by: Actor): Promise<ModificationPreview>;
  get(id: string): Promise<Approval | null>;
  /** Keeps when a person first looked at it: where their review began. Whoever is no person leaves no trace. */
  looked(id: string, by: Actor): Promise<void>;
  /**
   * One person's decision; a row first. AppError forbidden (agent, requester on high risk, wrong role, token without a
   * person), conflict (`digest_mismatch`, `already_decided` with the winner, `expired`), not_found.
   */
  decide(id: string, request: DecisionRequest, by: Actor): Promise<Approval>;
  /** At most 100 like actions; a refused one keeps none of the others. AppError invalid for an empty or too long list. */
  decideMany(request: BatchRequest, by: Actor): Promise<BatchResult[]>;
  /** A question about a pending approval, or an answer to one. AppError forbidden (agents, viewers), conflict when it is decided. */
  note(id: string, note: { kind: 'question' | 'answer'; text: string }, by: Actor): Promise<Approval>;
  /**
   * Asks somebody else: `person:<handle>` or `role:<role>` who may decide it and sees it. Whoever could decide before still can. AppError
   * invalid (`not_eligible`, `not_in_their_projects`), forbidden, conflict.
   */
  reassign(id: string, to: string, reason: string | null, by: Actor): Promise<Approval>;
  /** Active people who may decide this action and are not limited to other projects, as `person:<handle>`. */
  eligible(id: string): Promise<string[]>;
  /** Half of its time over: reminded once. Four fifths over: escalated once to the role above. Database clock; answers how many of each. */
  remindDue(): Promise<{ reminded: number; escalated: number }>;
  /** How each person decided in the last so many days (database clock), the busiest first. */
  report(days: number, projectId?: string | null): Promise<ApproverRow[]>;
  /** Marks what has run out (database clock) and tells the waiting workflows; answers how many. */
  expireDue(): Promise<number>;
}
