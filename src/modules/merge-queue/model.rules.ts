/** What admission holds a change request against; the policy's limits and the project's settings, read at submission. */
export interface AdmissionRules {
  /** Name the document's `repo` must carry; null: not compared. */
  repositoryName: string | null;
  maxFiles: number;
  /** Sum of the sizes of all resulting files. */
  maxBytes: number;
  /** Globs; touching one raises the risk to high. */
  protectedPaths: readonly string[];
  /** Globs of files the queue writes itself (lockfiles, changelog): stripped from the change with a note. */
  queueOwned: readonly string[];
  /** Release tasks alone may write what the queue owns. */
  mayWriteQueueOwned: boolean;
  /** Names of checks the submitter must have run with exit code 0. */
  requiredChecks: readonly string[];
  /** The task's own scope, when Reeve planned it: paths must be in it whatever the document declares. */
  taskScope: readonly string[] | null;
  /** Branches the queue must not move by itself (the default branch of a forge): only an approved action does. */
  protectedTargets: readonly string[];
}

/** A path that another task holds for writing. */
export interface OwnedPath {
  path: string;
  ownerTaskId: string;
}
