import type { JsonObject } from '#kernel/json.ts';

/** Part of the story an entry belongs to. */
export const STAGES = [
  'issue',
  'story',
  'triage',
  'plan',
  'approval',
  'task',
  'run',
  'change_request',
  'ci',
  'pull',
  'review',
  'question',
  'action',
  'record',
] as const;
export type Stage = (typeof STAGES)[number];

/** What an entry means for the work; `waiting`: somebody has to do something. */
export const TONES = ['good', 'bad', 'waiting', 'plain'] as const;
export type Tone = (typeof TONES)[number];

/** `main`: what a person would tell of the story. `detail`: everything that is on record. */
export const LEVELS = ['main', 'detail'] as const;
export type Level = (typeof LEVELS)[number];

/** Where what an entry says can be looked up; null: it has no such evidence. */
export interface Links {
  eventId: string | null;
  planId: string | null;
  taskId: string | null;
  runId: string | null;
  changeRequestId: string | null;
  ciResultId: string | null;
  reviewId: string | null;
  actionId: string | null;
  questionId: string | null;
  recordId: string | null;
  pullId: string | null;
  /** As the forge numbers it. */
  pullNumber: number | null;
  /** Page of the forge. */
  url: string | null;
  commit: string | null;
  /** Entry of the hash chain. */
  ledgerSeq: number | null;
}

/** One fact of an issue's story. */
export interface Entry {
  /** `ledger:<seq>`, or the id of the event, check result or review. */
  id: string;
  at: Date;
  /** Persisted name: a ledger kind, a forge event's kind, `ci.<conclusion>` or `review.written`. */
  kind: string;
  stage: Stage;
  tone: Tone;
  level: Level;
  /** `person:<handle>`, `agent:<name>`, `system`, `policy`, a model, or `<forge>:<login>`. */
  actor: string;
  /** One sentence for people. */
  text: string;
  /** More of it: a reason, a comment, the end of an output; null: there is none. */
  detail: string | null;
  /** What it was concluded from, one sentence each. */
  evidence: string[];
  links: Links;
}

/** Where a row of the story comes from; the order of what happened in the same instant. */
export const SOURCES = ['event', 'ledger', 'ci', 'review'] as const;
export type Source = (typeof SOURCES)[number];

/** One row as stored, before it is put into words. */
export interface Row {
  source: Source;
  id: string;
  at: Date;
  /** The same with microseconds, for the cursor. */
  exact: string;
  kind: string;
  subject: string;
  actor: string;
  payload: JsonObject;
  stage: Stage;
  main: boolean;
}

/** Names that sentences need, of one issue. */
export interface Names {
  /** Title by task id. */
  tasks: ReadonlyMap<string, string>;
  /** By id; the newest pull request is the last. */
  pulls: ReadonlyMap<string, { number: number; url: string }>;
}

export interface TimelineFilter {
  workItemId: string;
  /** Default: both. */
  level?: Level | undefined;
  stages?: readonly Stage[] | undefined;
  order: 'oldest' | 'newest';
  limit: number;
  cursor?: string | undefined;
}
