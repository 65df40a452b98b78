/** How the forge's CI stands on the head of a pull request, as the story keeps it; see `CiState` in decide.ci.ts. */
export type CiView = { headSha: string } &
  /** `againMs`: all that is shown has passed, and in so many ms it will have been so for long enough. */
  (
    | { kind: 'pending'; waiting: string[]; againMs?: number }
    | { kind: 'green'; checks: string[] }
    /** `flaky`: all of them passed here on the same commit, and the forge may be asked to run them again. */
    | { kind: 'red'; failed: string[]; flaky?: Array<{ name: string; id: string }> }
    | { kind: 'none' }
    /** `waiting`: what was shown and never ended; left out: nothing was shown. */
    | { kind: 'silent'; waiting?: string[] }
    /** Somebody asked to have something mended meanwhile: what the CI says of this head matters no more. */
    | { kind: 'asked' }
  );

/** A CI that has said its word, or of which none is to be had. */
export type CiVerdict = Exclude<CiView, { kind: 'pending' | 'asked' }>;

/** A red commit that shall be mended. `number` counts the story's retries from 1; `granted`: a person said that there may be one more. */
export interface CiRetryAsked {
  number: number;
  headSha: string;
  granted: boolean;
}

/** `not_red`: the checks were run again meanwhile. `spent`: no agent is sent again by itself; `tried` says what was done, a line for each retry. */
export type CiRetry =
  | { kind: 'not_red' }
  | { kind: 'retry'; task: { taskId: string; firstAttempt: number; feedback: string } }
  | { kind: 'spent'; tried: string[] };

/** What was recorded of the pull request. `ci` left out: a forge without checks of its own. */
export interface PullView {
  id: string;
  ci?: 'awaited';
  /** People may ask to have something mended, tests may be added and reviewers asked. Left out: recorded before any of that was. */
  fixes?: true;
  /** The forge merges by a queue of its own. Left out: Reeve's does. */
  queue?: 'forge';
}
