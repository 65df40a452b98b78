import type { JsonObject } from '#kernel/json.ts';

/** How much a finding weighs; the gravest first. */
export const SEVERITIES = ['blocker', 'major', 'minor', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a reviewer found. All texts are an agent's: untrusted. */
export interface Finding {
  severity: Severity;
  /** In the repository; null: the finding is about the change as a whole. */
  path: string | null;
  /** In the file as the change leaves it, from 1; null: the file as a whole. */
  line: number | null;
  what: string;
  why: string;
  /** What would mend it; null: the reviewer says nothing of it. */
  suggestion: string | null;
  /** What the reviewer calls a finding of the review before that still stands, as it was told: `F3`; null: a new one. */
  stands: string | null;
}

export interface ChecklistItem {
  /** A criterion of the plan, in its words. */
  item: string;
  met: 'yes' | 'no' | 'unclear';
  evidence: string;
}

/** A reviewer's answer. */
export interface ReviewAnswer {
  /** False: it had not the asked form; then `summary` is the text as it came, and the lists are empty. */
  parsed: boolean;
  summary: string;
  findings: Finding[];
  checklist: ChecklistItem[];
  focus: Array<{ path: string; why: string }>;
  /** Parts that were left out because there were too many, or they could not be read. */
  leftOut: number;
}

/** A finding under the name by which it is called from review to review. */
export interface NamedFinding extends Omit<Finding, 'stands'> {
  /** `F1`, `F2`: counted within the pull request. */
  key: string;
  /** `settled`: a later review of the same pull request found it gone. */
  state: 'open' | 'settled';
}

/** What a reviewer found in one head of a pull request, beside what reviews before it found. */
export interface Review {
  id: string;
  pullId: string;
  runId: string;
  headSha: string;
  /** Name of the agent. */
  reviewer: string;
  parsed: boolean;
  summary: string;
  /** In the order in which they were named. */
  findings: NamedFinding[];
  checklist: ChecklistItem[];
  focus: Array<{ path: string; why: string }>;
  createdAt: Date;
}

/** Hidden in the one review of a pull request. Persisted on forges. */
export const REVIEW_MARKER = 'reeve:review';
/** Hidden in the remark beside the line of a finding. Persisted on forges. */
export const findingMarker = (key: string): string => `reeve:finding:${key}`;

/** The arguments of the action `pr.review`. */
export interface ReviewArgs extends JsonObject {
  head_sha: string;
  body: string;
  marker: string;
  comments: Array<{ path: string; line: number; body: string; marker: string }>;
}
