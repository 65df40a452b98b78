import type { Actor } from '#kernel/actor.ts';
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
}

export interface DecisionRequest {
  decision: 'approve' | 'decline' | 'modify';
  digest: string;
  reason?: string;
  modifiedArgs?: JsonObject;
}

export interface Approvals {
  /** How many wait for a decision. */
  countPending(): Promise<number>;
  list(filter: { status?: Approval['status']; limit: number; cursor?: string }): Promise<{ items: Approval[]; nextCursor: string | null }>;
  get(id: string): Promise<Approval | null>;
  /**
   * One person's decision; a row first. AppError forbidden (agent, requester on high risk, wrong role, token without a
   * person), conflict (`digest_mismatch`, `already_decided` with the winner, `expired`), not_found.
   */
  decide(id: string, request: DecisionRequest, by: Actor): Promise<Approval>;
  /** Marks what has run out (database clock) and tells the waiting workflows; answers how many. */
  expireDue(): Promise<number>;
}
