/** `lane`: on the head as it was. `join`: of what passed in lanes whose head was left behind, as one combined tree. */
export type BuildKind = 'lane' | 'join';

/** Whether a target takes up work. `draining`: what was begun lands, nothing new is begun. Persisted. */
export type TargetControl = 'running' | 'paused' | 'draining';

/** The search for the culprit of a failed build: the entry shares builds only with the same group, of at most `cap` members. */
export interface Suspicion {
  /** Id of the build that failed first. */
  group: string;
  cap: number;
}

/** The build an entry is in, as stored with it. A build is whole when `size` members with distinct positions name it. */
export interface BuildMembership {
  id: string;
  kind: BuildKind;
  lane: number;
  /** 0 is merged first; the candidate of the last is what is verified. */
  position: number;
  size: number;
}

/** A head on which the entry passed, in its lane's build. */
export interface Proof {
  head: string;
  tree: string;
}

/**
 * Whose fault a failed verification was. `own`: the change fails without any help. `interaction`: it passes on its own base,
 * or passed before others landed, and fails together with them. `flake`: the same tree failed and passed.
 * `infrastructure`: the checks could not be run. `inherited`: the target fails the same way without the change. Persisted.
 */
export type AttributionKind = 'own' | 'interaction' | 'flake' | 'infrastructure' | 'inherited';

/** A run of the checks that speaks about an entry. */
export interface EvidenceRun {
  /** `candidate`: what would land. `again`: the same tree once more. `submitted`: the change on its own base. `head`: the target without it. */
  role: 'candidate' | 'again' | 'submitted' | 'head';
  tree: string;
  passed: boolean;
  /** Names of the checks that failed. */
  failed: string[];
}

/** The last judgement about an entry, kept with it and in its journal. */
export interface Attribution {
  kind: AttributionKind;
  /** A sentence for people. */
  detail: string;
  /** Change requests that took part in an interaction. */
  with: string[];
  runs: EvidenceRun[];
  /** `inherited`: since when (UNIX milliseconds) the target has been seen to fail without the change. */
  sinceMs?: number;
}

/** How far an entry was behind its target when it was submitted, and what putting it on the head of that moment gave. */
export interface Freshness {
  /** Commits that landed since the base. */
  behind: number;
  overBudget: boolean;
  head: string | null;
  /** `none`: it was made on the head itself. `absorbed`: part of it or all is there already. `unknown`: it could not be tried. */
  rebase: 'none' | 'clean' | 'conflict' | 'absorbed' | 'unknown';
  /** Files in conflict. */
  paths: string[];
}

/** How lanes come together: verify the combined tree before it lands, or land what is independent and verify right after. */
export type CombinedMode = 'before' | 'after';

/** What landed before its combined tree was verified (`CombinedMode` after). */
export interface Audit {
  /** The last commit of the branch whose tree passed. */
  good: string;
  /** The head to verify. */
  tip: string;
  /** What landed in between, oldest first. */
  members: string[];
}
