import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';

/** In this order a project is handed over; `core` is everything. Persisted. */
export const STAGES = ['shadow', 'non_critical', 'core'] as const;
export type Stage = (typeof STAGES)[number];

export interface StageRow {
  projectId: string;
  stage: Stage;
  /** Globs that stay out of reach before `core`, beside repositories of tier core. */
  corePaths: string[];
  since: Date;
  changedBy: string;
  reason: string;
}

/** What a stage is left by: figures people can look up, not an impression. */
export interface Criteria {
  /** Lower end of the 95 % interval of agreement, as a share. */
  agreement: number;
  decisions: number;
  days: number;
}

export type Verdict = 'open' | 'agreed' | 'disagreed';

/** An action Reeve would have done, or asked for, and what people did about the same thing. */
export interface Decision {
  actionId: string;
  projectId: string;
  workItemId: string | null;
  stage: Stage;
  kind: string;
  forge: string;
  repo: string;
  number: number | null;
  /** Args of the action. */
  would: JsonObject;
  verdict: Verdict;
  observed: JsonObject | null;
  decidedAt: Date;
  judgedAt: Date | null;
}

/** Agreement recorded since a stage began. */
export interface Evidence {
  agreed: number;
  disagreed: number;
  open: number;
  days: number;
  byKind: Array<{ kind: string; agreed: number; disagreed: number; open: number }>;
}

export interface Criterion {
  name: 'agreement' | 'decisions' | 'days';
  met: boolean;
  needed: number;
  actual: number;
  sentence: string;
}

export interface Assessment {
  agreed: number;
  judged: number;
  open: number;
  /** Null where nothing was judged. */
  share: number | null;
  interval: { low: number; high: number } | null;
  criteria: Criterion[];
  ready: boolean;
}

export interface RolloutView {
  projectId: string;
  stage: Stage;
  /** `default`: nobody set a stage. */
  source: 'default' | 'set';
  next: Stage | null;
  corePaths: string[];
  since: Date | null;
  changedBy: string | null;
  reason: string;
  assessment: Assessment;
  byKind: Evidence['byKind'];
}

/** Args of the action `rollout.advance`: an advance although the criteria fail. */
export const AdvanceArgs = z.strictObject({
  project_id: z.string(),
  from: z.enum(STAGES),
  to: z.enum(STAGES),
  reason: z.string().min(1).max(1000),
  /** What failed when it was asked for, for those who decide. */
  unmet: z.array(z.string()),
});
export type AdvanceArgs = z.infer<typeof AdvanceArgs>;

/** What people did on the forge or tracker, as far as it can be held against a decision. */
export interface Deed {
  actor: string;
  kind: string;
  issue: { state: 'open' | 'closed'; closeReason: string | null; labels: readonly string[]; assignees: readonly string[] } | null;
  pull: 'open' | 'merged' | 'closed' | null;
}
