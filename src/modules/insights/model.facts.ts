/**
 * What is known of the way of one issue that was handed to agents, as the database holds it. Times are UTC. Nothing here depends on the order in
 * which events arrived, or on how often they were told.
 */
export interface IssueFacts {
  id: string;
  projectId: string;
  /** Key of the project. */
  project: string;
  repositoryId: string | null;
  repository: string | null;
  /** Each time the ready label was put on, or the issue was opened with it. */
  handedOver: Told[];
  stories: StoryFact[];
  /** Merged after its last story had ended, by people. */
  mergedLater: Date | null;
  /** Something of it was decided and recorded only (shadow mode, a rollout stage). */
  shadowed: Date | null;
  pulls: PullFact[];
  /** Commits on its branch that neither Reeve nor one of its agents made. */
  personCommits: Told[];
  runs: RunFact[];
  /** Times a person was asked because the machine did not come further. */
  asked: Array<Told & { kind: 'ci_retry' | 'question' }>;
}

/** Something that happened, with the id of the row or event that says so. */
export interface Told {
  id: string;
  at: Date;
}

export interface StoryFact {
  generation: number;
  startedAt: Date;
  endedAt: Date | null;
  endedAs: string | null;
}

export interface PullFact {
  id: string;
  openedAt: Date;
  /** First verdict of the forge's CI on each head. */
  verdicts: Array<{ sha: string; verdict: 'green' | 'red'; at: Date }>;
  /** A person looked: opened the approval, asked about it, commented on the diff. */
  looks: Told[];
  /** A person decided: a vote on the merge, a review that approves or asks for changes, a merge or a close by hand. */
  decisions: Told[];
}

/** A run of an agent that writes code. */
export interface RunFact {
  id: string;
  agent: string;
  /** Of the agent, as configured today; `unknown` when it is no longer configured. */
  harness: string;
  /** From 1 within its task. */
  attempt: number;
  /** What the attempt was begun for. */
  cause: 'first' | 'red_ci' | 'other';
  at: Date;
}
