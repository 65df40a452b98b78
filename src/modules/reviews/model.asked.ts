/** A pull request that somebody was named as a reviewer of. */
export interface AskedReview {
  handle: string;
  pullId: string;
  projectId: string;
  repositoryId: string;
  repository: string;
  number: number;
  title: string;
  url: string;
  /** As the pull request is now. */
  state: 'open' | 'merged' | 'closed';
  draft: boolean;
  headSha: string;
  /** The head they were named for. */
  askedSha: string;
  askedAt: Date;
  /** First review or vote by them from then on; null: none. */
  answeredAt: Date | null;
}

/** Who was named as a reviewer of the present head of a pull request, in the order of the suggestion. */
export interface AskedPeople {
  /** Handles of those whose review is waited for. */
  awaited: string[];
  /** Handles of those who have answered. */
  answered: string[];
  askedAt: Date;
  /** The latest answer; null: none. */
  answeredAt: Date | null;
}
