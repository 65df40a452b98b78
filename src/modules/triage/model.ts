import { z } from 'zod';
import type { WorkItemId } from '#kernel/ids.ts';
import type { Priority, Size, WorkItem, WorkType } from '#modules/work/index.ts';

export interface DuplicateCandidate {
  workItemId: WorkItemId;
  number: number | null;
  title: string;
  /** 0 to 1. */
  confidence: number;
  /** Words and fields that made it so. */
  evidence: string[];
}

/**
 * `plan`: go on · `ask`: questions first · `duplicate`: close with a link (through approval or policy) · `human`: too risky or
 * too unclear for agents.
 */
export type Route = 'plan' | 'ask' | 'duplicate' | 'human';

export interface TriageResult {
  type: WorkType;
  labels: string[];
  size: Size;
  priority: Priority;
  duplicates: DuplicateCandidate[];
  route: Route;
  /** 0 to 1, of the type. */
  confidence: number;
  risk: 'low' | 'medium' | 'high';
  /** What is missing, as questions to the author; empty unless route is `ask`. */
  questions: string[];
  rationale: string;
  /** What was found in the text, one sentence each: why this type, size, priority and risk. */
  evidence: string[];
  /** `rules` or the model. */
  by: string;
  /** Of the model's prompt; null for rules. */
  promptHash: string | null;
}

/** What triage must know beside the issue itself. */
export interface TriageFacts {
  /** Globs of policy `limits.protected_paths`: an issue that names one is high risk. */
  protectedPaths: readonly string[];
  /** Files of the repository, when known: questions then offer places to choose from. */
  repoFiles: readonly string[];
}

/** A stored result with its place in history. */
export interface StoredTriage {
  seq: number;
  workItemId: WorkItemId;
  current: boolean;
  result: TriageResult;
  createdAt: Date;
}

export interface Triage {
  /**
   * Triages an item against earlier ones and stores the result as the current one. With a model configured the model decides
   * what the text means, and the rules still have the last word on risk. Fails with the gateway's
   * AppError when the model does: never quietly by rules instead.
   */
  triage(item: WorkItem, others: readonly WorkItem[], facts?: Partial<TriageFacts>): Promise<TriageResult>;
  /** The current result, or null. */
  get(workItemId: string): Promise<TriageResult | null>;
  /** Newest first. */
  history(workItemId: string): Promise<StoredTriage[]>;
}

/** What a model answers; published beside the prompt as `prompts/triage.schema.json`. */
export const TriageAnswer = z.strictObject({
  type: z.enum(['bug', 'feature', 'refactor', 'docs', 'chore', 'question']),
  confidence: z.number().min(0).max(1),
  size: z.enum(['XS', 'S', 'M', 'L', 'XL']),
  priority: z.enum(['P0', 'P1', 'P2', 'P3']),
  risk: z.enum(['low', 'medium', 'high']),
  route: z.enum(['plan', 'ask', 'duplicate', 'human']),
  questions: z.array(z.string().min(10).max(500)).max(5),
  duplicates: z
    .array(z.strictObject({ ref: z.string().regex(/^c[0-9]{1,2}$/), confidence: z.number().min(0).max(1), reason: z.string().min(1).max(300) }))
    .max(3),
  rationale: z.string().min(1).max(600),
});
export type TriageAnswer = z.infer<typeof TriageAnswer>;
