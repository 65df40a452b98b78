/** A tester that was sent to one head of a pull request; once for each. */
export interface TestRound {
  pullId: string;
  headSha: string;
  /** Says which tests, or writes them onto the branch. */
  mode: 'suggest' | 'write';
  /** Of `suggest`. */
  runId: string | null;
  /** Of `write`: the plan's task that is done again, and its first attempt. */
  taskId: string | null;
  firstAttempt: number | null;
  /** What the tester is told is missing. */
  feedback: string;
  /** What people are told of it; null: it is at work. */
  told: string | null;
  workflowId: string;
}
