import type { JsonObject } from '#kernel/json.ts';

/** One question to a language model whose answer is JSON of a known shape. */
export interface ModelRequest {
  /** `provider/model`, for example `anthropic/claude-…` or `compatible/qwen`. */
  model: string;
  system: string;
  prompt: string;
  /** JSON schema of the answer; providers that can enforce it do. */
  schema: JsonObject;
  schemaName: string;
  maxOutputTokens: number;
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface ModelAnswer {
  /** Parsed JSON; validity against the schema is the caller's to check. */
  value: unknown;
  text: string;
  inputTokens: number;
  outputTokens: number;
  /** Null when the price is unknown. */
  costMicros: number | null;
  modelVersion: string;
}

/**
 * Fails with AppError unavailable (retry later), unauthenticated (key), rate_limited, refused (the model would not), or
 * invalid `not_json` (the answer is not JSON; `detail.text` holds it).
 */
export interface Model {
  readonly provider: string;
  complete(request: ModelRequest): Promise<ModelAnswer>;
}
