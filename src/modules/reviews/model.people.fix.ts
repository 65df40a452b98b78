/** What a person asked to have mended on a pull request of theirs, by a comment. */
export interface PeopleFix {
  pullId: string;
  commentId: string;
  what: 'reviews' | 'conflict';
  /** Login on the forge. */
  askedBy: string;
  /** Of the person behind the login; null: Reeve does not know them. */
  handle: string | null;
  /** Set when an agent is sent. */
  runId: string | null;
  headSha: string | null;
  /** Commit the agent begins with. */
  workCommit: string | null;
  /** Of the commit that is to be pushed, beside the head; null: none. */
  secondParent: string | null;
  /** What the agent is told. */
  feedback: string | null;
  /** Files that conflicted. */
  conflicts: string[];
  fixSha: string | null;
}

/** A wish that was taken up: with a run, or with an action that a person has to allow first, or it ended without either. */
export interface FixInHand {
  commentId: string;
  run: { workflowId: string; request: { runId: string } } | null;
  /** Id of the action; null: nothing is waited for. */
  waitsFor: string | null;
}

/** Whether an agent may be sent. */
export type Dispatch = { kind: 'go' } | { kind: 'waits'; actionId: string } | { kind: 'no'; why: string };
