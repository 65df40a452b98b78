import type { RunRequest } from '#modules/agents/index.ts';
import type { ReviewSettings } from '#modules/projects/index.ts';

/** Persisted names: the durable workflow of one round of help, and its queue. */
export const HELP_WORKFLOW = 'reviews.help';
export const HELP_QUEUE = 'reviews';

export interface HelpInput {
  pullId: string;
}

/** A pull request that a person opened, with what was done for it. */
export interface PeoplePull {
  pullId: string;
  author: string;
  generation: number;
  running: boolean;
  wanted: number;
  wantedAt: Date;
  reviewedSha: string | null;
  endedAs: 'merged' | 'closed' | 'fork' | 'stopped' | null;
}

/** Why nothing more is done. */
export type HelpRefusal = NonNullable<PeoplePull['endedAs']> | 'opted_out';

/** What a round finds: something to look at, or nothing (any more). */
export type HelpSubject =
  | { kind: 'nothing'; wanted: number }
  | {
      kind: 'look';
      /** What the row wanted when the round looked; more by its end means another look. */
      wanted: number;
      headSha: string;
      base: string;
      title: string;
      body: string;
      headBranch: string;
      author: string;
    };

export type HelpChange = Extract<HelpSubject, { kind: 'look' }>;

/** A run of an agent, ready to be started. */
export interface HelpRun {
  workflowId: string;
  request: RunRequest;
}

/** What an event says of a person's pull request, as the decision needs it. */
export interface HelpFacts {
  kind: string;
  repository: string;
  settings: Pick<ReviewSettings, 'people_pulls'>;
  author: string;
  /** Reeve's own login wrote it, or a story of ours has it. */
  isOurs: boolean;
  draft: boolean;
  state: 'open' | 'merged' | 'closed';
  headSha: string;
  /** What is kept of it; null: nothing yet. */
  known: Pick<PeoplePull, 'reviewedSha' | 'endedAs'> | null;
}
