import type { z } from 'zod';
import type { Id, WorkItemId } from '#kernel/ids.ts';
import type { Actor } from '#kernel/actor.ts';

export type ModelCallId = Id<'call'>;
export type ModelVersionId = Id<'mv'>;

/** One question: which prompt, filled with what, and the shape its answer must have. */
export interface Question<T> {
  /** `triage`, `plan`, `assign` …: what it is for; recorded. */
  purpose: string;
  /** `provider/model` or `agent:<name>`; never `rules`. */
  model: string;
  /** `prompts/<name>.md`. */
  promptName: string;
  /** Texts of people, issues and programs; each comes out fenced as data (`{{data.name}}`). */
  variables: Readonly<Record<string, string>>;
  /** Text of our own making, for `{{name}}`: one line of plain characters. */
  values?: Readonly<Record<string, string | number>>;
  schema: z.ZodType<T>;
  /** What the schema cannot say: sentences, empty when the answer may be used. They go into the repair try. */
  check?: (value: T) => readonly string[];
  workItemId: string | null;
  /** Overrides parts of the finite default. */
  budget?: Partial<CallBudget>;
  signal?: AbortSignal;
}

/** What one question may use at most, the repair try included. There is no "unlimited". */
export interface CallBudget {
  /** Estimated before the call, at three characters a token. */
  inputTokens: number;
  outputTokens: number;
  /** Worst case of one call, where the price is known. */
  costMicros: number;
  /** Of each try. */
  timeoutMs: number;
  /** Tries while the model is unavailable or limits the rate. */
  tries: number;
}

export const DEFAULT_BUDGET: CallBudget = { inputTokens: 60_000, outputTokens: 8_000, costMicros: 2_000_000, timeoutMs: 120_000, tries: 3 };

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Null when the price is unknown. */
  costMicros: number | null;
}

export interface Answered<T> {
  value: T;
  /** SHA-256 over model, prompt, texts and schema: equal questions have equal hashes. */
  promptHash: string;
  model: string;
  /** As the provider names it, for example `claude-sonnet-4-5-20250929`. */
  modelVersion: string;
  /** True: paid for before, nothing was sent. */
  cached: boolean;
  /** Of all tries of this question; zero when cached. */
  usage: Usage;
}

export const CALL_OUTCOMES = ['answered', 'invalid', 'unavailable', 'timeout', 'rate_limited', 'unauthenticated', 'refused', 'failed'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** One question as it was sent, or answered from the cache. Append-only. */
export interface ModelCall {
  id: ModelCallId;
  purpose: string;
  workItemId: WorkItemId | null;
  model: string;
  modelVersionId: ModelVersionId | null;
  /** Name the provider gave, when it answered. */
  modelVersion: string | null;
  promptName: string;
  promptVersion: number;
  promptHash: string;
  /** 1, and 2 and more for repairs and retries. */
  attempt: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number | null;
  durationMs: number;
  cached: boolean;
  outcome: CallOutcome;
  error: string | null;
  createdAt: Date;
}

/** A model in one version, as it was met or registered (B2). */
export interface ModelVersion {
  id: ModelVersionId;
  model: string;
  version: string;
  state: 'active' | 'retired';
  notes: string;
  calls: number;
  firstUsedAt: Date | null;
  lastUsedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface PageOf<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Gateway {
  /**
   * Asks, validates, repairs once, records. The same question is answered from the cache. Fails with AppError: `unavailable`
   * (code `timeout` when it took too long), `rate_limited`, `unauthenticated`, `refused` (the model would not; code
   * `over_budget`: it would cost too much, nothing was sent), `too_large`, `invalid` code `model_answer_invalid` (not usable
   * after the repair try), `not_found` code `model_unknown` (no such provider is configured).
   */
  ask<T>(question: Question<T>): Promise<Answered<T>>;
  calls(filter: {
    workItemId?: string | undefined;
    model?: string | undefined;
    outcome?: CallOutcome | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<PageOf<ModelCall>>;
  call(id: string): Promise<ModelCall | null>;
  versions(page: { limit: number; cursor?: string | undefined }): Promise<PageOf<ModelVersion>>;
  version(id: string): Promise<ModelVersion | null>;
  addVersion(input: { model: string; version: string; notes?: string | undefined }, by: Actor): Promise<ModelVersion>;
  changeVersion(id: string, change: { state?: ModelVersion['state'] | undefined; notes?: string | undefined }, by: Actor): Promise<ModelVersion>;
  /** Conflict when calls name it: then retire it. */
  removeVersion(id: string, by: Actor): Promise<void>;
}
