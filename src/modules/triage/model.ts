import type { WorkItemId } from '#kernel/ids.ts';
import type { Priority, Size, WorkType } from '#modules/work/index.ts';

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
  /** `rules` or the model. */
  by: string;
}
