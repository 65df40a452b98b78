import type { Actor } from '#kernel/actor.ts';
import type { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Action } from '#modules/actions/index.ts';

/** An approval is the pending side of an action: same id. */
export interface Approval {
  id: string;
  action: Action;
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

export interface Approvals {
  /** How many wait for a decision. */
  countPending(): Promise<number>;
  list(filter: { status?: Approval['status']; limit: number; cursor?: string }): Promise<{ items: Approval[]; nextCursor: string | null }>;
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
