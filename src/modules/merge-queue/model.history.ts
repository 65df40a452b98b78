import type { MergeConflict } from '#ports/git.ts';

/** One landing, or one landing taken back by the queue itself, as the journal tells it. */
export interface LandedRow {
  changeRequestId: string;
  /** Order among landings and moves of the target. */
  ordinal: number;
  event: 'landed' | 'reverted';
  at: Date;
  /** What the branch was at before, and what it was at after. */
  head: string;
  commit: string;
  tree: string;
  rung: string;
  /** Of a landing taken back: the commit that was. */
  reverted: string | null;
}

/** A target moved by somebody else. `rewritten`: what the queue landed is no longer on it. */
export interface TargetMoveRow {
  repositoryId: string;
  target: string;
  ordinal: number;
  at: Date;
  kind: 'absorbed' | 'rewritten';
  fromCommit: string;
  toCommit: string;
  toTree: string;
  /** What came in, newest first, at most a hundred. */
  commits: Array<{ commit: string; subject: string }>;
  /** Change requests that are no longer on the branch. */
  lost: string[];
  dismissedBy: string | null;
  dismissedAt: Date | null;
  dismissedReason: string | null;
}

/** How a step of a replay got its tree. `copied`: partly from the repository, because a program or a person wrote what landed. */
export type ReplayHow = 'rebuilt' | 'copied' | 'absorbed' | 'rewritten' | 'taken_back';

export interface ReplayStep {
  changeRequestId: string | null;
  how: ReplayHow;
  rung: string | null;
  /** The commit on the real branch. */
  commit: string;
  /** What the journal says, and what the replay got. */
  recordedTree: string;
  tree: string;
  /** Files that were not in the stored change request but on the branch. */
  copied: string[];
}

export interface ReplayDivergence {
  /** `unrecorded_move`: the journal does not know how the branch got there. `branch_ahead`: commits that were not absorbed yet. */
  kind: 'tree_differs' | 'unrecorded_move' | 'does_not_apply' | 'branch_ahead' | 'branch_elsewhere' | 'branch_missing';
  changeRequestId: string | null;
  /** A sentence for people. */
  detail: string;
  /** Commits that came from outside, where there are any. */
  commits: Array<{ commit: string; subject: string }>;
  files: string[];
}

export interface ReplayReport {
  repositoryId: string;
  target: string;
  /** The branch's head and tree; null when there is no such branch. */
  head: string | null;
  headTree: string | null;
  /** The tree the journal leads to; null when nothing ever landed. */
  tree: string | null;
  same: boolean;
  landed: number;
  rebuilt: number;
  copied: number;
  absorbed: number;
  takenBack: number;
  divergences: ReplayDivergence[];
  steps: ReplayStep[];
}

/** Why a later landing is named with one that is to be taken back. */
export type DependentReason = 'depends_on' | 'same_files' | 'imports';

export interface Dependent {
  id: string;
  summary: string;
  /** The landing of which it is a dependent. */
  of: string;
  reason: DependentReason;
  files: string[];
  /** Taken back as well. */
  included: boolean;
}

export interface RollbackPlan {
  repositoryId: string;
  projectId: string;
  target: string;
  head: string;
  /** Newest landing first: the order in which they are undone. */
  rollsBack: Array<{ id: string; summary: string; commit: string }>;
  dependents: Dependent[];
  /** Not ended, and made for something that is taken back. */
  waiting: Array<{ id: string; summary: string }>;
  /** Commits after the first that nobody submitted: they stay. */
  outsiders: Array<{ commit: string; subject: string }>;
  /** What prevents it: an inverse that does not come off, with the files. */
  conflicts: Array<{ id: string; files: string[]; conflicts: MergeConflict[] }>;
  files: Array<{ path: string; from: string | null; added: number | null; deleted: number | null }>;
  /** `queue`: it lands like any change. `action`: it needs the approval of a push. */
  lands: 'queue' | 'action';
}

/** A person's choice for one file of a conflict. */
export type FileChoice = { choice: 'ours' | 'theirs' | 'delete' } | { content: string } | { contentBase64: string };

/** As it is stored with the attempt it became. */
export interface Resolution {
  /** The change request that was in conflict. */
  of: string;
  choice: 'ours' | 'theirs' | 'edit';
  by: string;
  reason: string;
  files: Array<{ path: string; choice: 'ours' | 'theirs' | 'delete' | 'edit' }>;
}

/** Where somebody who follows the journal stands. */
export interface JournalPosition {
  xid: string;
  ordinal: number;
}
