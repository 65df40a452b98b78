import type { EntryState } from '#modules/change-requests/index.ts';
import type { TargetControl } from '#modules/queue-schedule/index.ts';

/** Which rows of the queue are meant; absent members do not narrow. */
export interface PlaceFilter {
  projectId?: string | undefined;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[] | undefined;
  repositoryId?: string | undefined;
  target?: string | undefined;
}

/** A page of a list; the cursor is what the page before answered. */
export interface ListFilter extends PlaceFilter {
  limit: number;
  cursor?: string | undefined;
}

/** Which lines of the landings are meant. */
export interface LandingFilter extends ListFilter {
  event?: LandingItem['event'] | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** What a list says about a change request: enough for a row, none of its contents. */
export interface ListedEntry {
  id: string;
  projectId: string;
  repositoryId: string;
  repo: string | null;
  target: string;
  /** The target is the repository's default branch, not one that an issue is worked on. */
  onMain: boolean;
  taskId: string;
  attempt: number;
  state: EntryState;
  /** First line of what it says of itself. */
  summary: string;
  rung: string | null;
  submittedBy: string;
  submittedAt: Date;
  reverts: string | null;
  /** The issue it is for; null: for none that is known. */
  issue: { id: string; number: number | null; title: string; url: string | null } | null;
  /** The run of an agent that made it; null: a person did, or a program without a run. */
  run: { id: string; agent: string } | null;
}

/** A check as the queue ran it, without its output. */
export interface ListedCheck {
  name: string;
  exitCode: number | null;
}

/** One line of a target's history: a landing, or one that the queue took back by itself. */
export interface LandingItem extends ListedEntry {
  ordinal: number;
  event: 'landed' | 'reverted';
  at: Date;
  commit: string;
  /** Null: not known of old rows. */
  tree: string | null;
  /** The tree that passed the checks; null: it was part of a combined tree that was verified right after. */
  verifiedTree: string | null;
  /** Of the run that let it pass; empty when the project has none. */
  checks: ListedCheck[];
  /** Newest first: what people did about it since. */
  rollbacks: Array<Pick<RollbackItem, 'id' | 'kind' | 'state' | 'outcome'>>;
  /** Somebody rewrote the branch: it is not there any more. */
  lost: boolean;
}

/** A change request that was set aside. */
export interface QuarantinedItem extends ListedEntry {
  /** `conflict`, `checks_failed`, `effect_lost`, `publish_refused`, `retries_exhausted`. */
  kind: string;
  /** One sentence. */
  reason: string | null;
  /** Files in conflict, or checks that failed. */
  names: string[];
  since: Date;
  retries: number;
  /** A later attempt of the same task: nothing is left to decide here. */
  supersededBy: string | null;
}

/** What became of a confirmed rollback in the end. */
export type RollbackOutcome = 'awaiting_approval' | 'under_way' | 'done' | 'set_aside' | 'not_done';

export interface RollbackItem {
  id: string;
  kind: 'rollback' | 'reland';
  projectId: string;
  repositoryId: string;
  repo: string | null;
  target: string;
  /** What was undone, or put back. */
  changeRequests: string[];
  state: 'waiting' | 'submitted' | 'given_up';
  outcome: RollbackOutcome;
  detail: string | null;
  actionId: string | null;
  changeRequestId: string | null;
  requestedBy: string;
  reason: string;
  createdAt: Date;
  updatedAt: Date;
}

/** A branch something was submitted to. */
export interface TargetItem {
  repositoryId: string;
  projectId: string;
  repo: string | null;
  target: string;
  control: TargetControl;
  controlBy: string | null;
  controlReason: string | null;
  controlAt: Date | null;
  /** Not ended. */
  waiting: number;
  quarantined: number;
  landed: number;
  lastLandedAt: Date | null;
  activeAt: Date;
}

/** How the queue did in a window of time; every share is null where nothing was counted. */
export interface QueueFigures {
  from: Date;
  to: Date;
  submitted: number;
  /** Reached an end in the window: landed, set aside and still there, or dropped. What was there already is left out. */
  ended: number;
  landed: number;
  quarantined: number;
  dropped: number;
  alreadyLanded: number;
  /** `landed / ended`. */
  successShare: number | null;
  /** Change requests that met a conflict no rung settled. */
  conflicts: number;
  /** `conflicts / (conflicts + landed without one)`. */
  conflictShare: number | null;
  /** Seconds from submission to landing. */
  toLand: { p50: number | null; p90: number | null; p99: number | null };
  byRung: Array<{ rung: string | null; count: number }>;
  verifications: { passed: number; failed: number; infrastructure: number; p50Ms: number | null; seconds: number };
  /** Equal parts of the window, oldest first. */
  series: Array<{ from: Date; landed: number; quarantined: number }>;
}
