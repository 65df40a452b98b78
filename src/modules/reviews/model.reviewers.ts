/** Somebody who might review, as the choice sees them; handles are Reeve's, logins the forge's. */
export interface ReviewerCandidate {
  handle: string;
  /** On the forge of the pull request; null: nobody linked it, so they can be named but not asked there. */
  login: string | null;
  /** Active, of a role that reviews, and let into the project. */
  isAble: boolean;
  timezone: string;
  /** Path globs that the people's directory says they own. */
  owns: readonly string[];
  /** Reviews and merges that wait for them. */
  waiting: number;
}

/** A commit that changed some of the files. */
export interface FileTouch {
  /** Handle of who wrote it. */
  by: string;
  atUnixS: number;
  /** Those of the pull request's files that it changed. */
  paths: readonly string[];
}

/** What CODEOWNERS says of one file. */
export interface OwnedFile {
  path: string;
  pattern: string;
  /** Handles of the owners whom Reeve knows, members of teams among them. */
  handles: readonly string[];
}

export interface ReviewerFacts {
  /** Files the pull request changes. */
  paths: readonly string[];
  candidates: readonly ReviewerCandidate[];
  touches: readonly FileTouch[];
  owned: readonly OwnedFile[];
  /** Who may not review it, with why: whoever asked for the work, and whoever wrote it. */
  excluded: ReadonlyMap<string, string>;
  now: Date;
}

export interface SuggestedReviewer {
  handle: string;
  login: string | null;
  /** 0 to 100. */
  score: number;
  /** Why, in sentences without their full stop, the weightiest first. */
  reasons: string[];
}

/** Who should review a pull request. Stored as JSON. */
export interface ReviewerAnswer {
  suggested: SuggestedReviewer[];
  /** People who know the files and are not suggested. */
  passedOver: Array<{ handle: string; why: string }>;
  /** One sentence for people. */
  detail: string;
}

/** What was suggested last for a pull request. */
export interface StoredReviewers {
  pullId: string;
  projectId: string;
  headSha: string;
  answer: ReviewerAnswer;
  decidedAt: Date;
}
