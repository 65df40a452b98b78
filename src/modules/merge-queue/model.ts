import type { ChangeRequestId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ChangeRequestDocument, EntryState, Publish } from '#modules/change-requests/index.ts';
import type { MergeConflict } from '#ports/git.ts';
import type { Resolution } from './model.history.ts';
import type { Attribution, BuildMembership, Freshness, Proof, Suspicion } from '#modules/queue-schedule/index.ts';

/** Rungs of the ladder, persisted and counted. */
export type Rung = 'R0' | 'R1' | 'R2' | 'R3' | 'R4' | 'R5';

export type QuarantineReason =
  | { kind: 'conflict'; conflicts: MergeConflict[]; head: string }
  | {
      kind: 'checks_failed';
      checks: Array<{ name: string; command: string; exit_code: number | null; output: string }>;
      head: string;
      attribution?: Attribution;
    }
  | { kind: 'effect_lost'; detail: string; head: string }
  | { kind: 'publish_refused'; detail: string }
  | { kind: 'retries_exhausted'; detail: string };

/** What was merged onto `head` and is being verified or published. Written before anything of it becomes visible. */
export interface Candidate {
  head: string;
  tree: string;
  commit: string;
  rung: Rung;
}

/** Lines added and deleted at one path; null counts for a binary file. */
export interface FileEffect {
  path: string;
  /** Old name of a renamed file. */
  from: string | null;
  added: number | null;
  deleted: number | null;
}

/** A change request in the queue. */
export interface QueueEntry {
  id: ChangeRequestId;
  repositoryId: string;
  target: string;
  taskId: string;
  attempt: number;
  workItemId: string | null;
  projectId: string;
  document: ChangeRequestDocument;
  state: EntryState;
  /** Raised at each transition; transitions compare and swap on it. */
  version: number;
  rung: Rung | null;
  retries: number;
  lastError: string | null;
  quarantine: QuarantineReason | null;
  landedCommit: string | null;
  landedTree: string | null;
  submittedAt: Date;
  landedAt: Date | null;
  updatedAt: Date;
  /** `Actor.subject` of who submitted it. */
  submittedBy: string;
  /** 0 (first) to 9. */
  priority: number;
  publish: Publish;
  notifyWorkflow: string | null;
  /** Sentences for the submitter: what was stripped, why the risk was raised. */
  notes: string[];
  submittedTree: string;
  effect: FileEffect[];
  candidate: Candidate | null;
  verifiedTree: string | null;
  baseMoves: number;
  notBefore: Date | null;
  /** The build it is in; null while it waits. */
  build: BuildMembership | null;
  provenOn: Proof | null;
  suspicion: Suspicion | null;
  attribution: Attribution | null;
  freshness: Freshness | null;
  /** A person's choice about a conflict, of which this is the result. */
  resolution: Resolution | null;
  /** The set-aside attempt of the same task that this one is an agent's next try at. */
  reworkOf: string | null;
  /** Why nobody has to decide about it although it stands aside, for people; null: somebody has, if it does. */
  closedReason: string | null;
}

/** One transition of an entry. */
export interface JournalRow {
  changeRequestId: ChangeRequestId;
  /** The entry's version after it. */
  version: number;
  at: Date;
  /** Persisted: `submitted`, `merge.started`, `merged`, `verified`, `landed`, `quarantined` … */
  event: string;
  fromState: EntryState | null;
  toState: EntryState;
  actor: string;
  detail: JsonObject;
}
