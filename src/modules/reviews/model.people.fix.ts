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
  fixSha: string | null;
}

/** A wish that was taken up: null run, it ended without one. */
export interface FixInHand {
  commentId: string;
  run: { workflowId: string; request: { runId: string } } | null;
}
