import { z } from 'zod';
import type { UpstreamKind } from '#ports/model-proxy.ts';

/** Tokens of one answer. */
export interface Tokens {
  inputTokens: number;
  outputTokens: number;
}

const count = z.number().nonnegative().catch(0);

const OpenAi = z.object({ prompt_tokens: count, completion_tokens: count, input_tokens: count, output_tokens: count });
const Anthropic = z.object({ input_tokens: count, cache_creation_input_tokens: count, cache_read_input_tokens: count, output_tokens: count });
const Gemini = z.object({ promptTokenCount: count, candidatesTokenCount: count, thoughtsTokenCount: count, toolUsePromptTokenCount: count });

/**
 * Adds what one JSON document of an answer (the whole body, or one event of a stream) says about tokens. Counts in a
 * stream are running totals of parts, so the largest seen wins; null as long as nothing was said.
 */
export function foldUsage(kind: UpstreamKind, before: Tokens | null, document: unknown): Tokens | null {
  const found = readUsage(kind, document);
  if (found === null) return before;
  return {
    inputTokens: Math.max(before?.inputTokens ?? 0, found.inputTokens),
    outputTokens: Math.max(before?.outputTokens ?? 0, found.outputTokens),
  };
}

function readUsage(kind: UpstreamKind, document: unknown): Tokens | null {
  if (!isRecord(document)) return null;
  // Responses stream the final answer as {response: {...}}, Anthropic its beginning as {message: {...}}.
  const holders = [document, document['response'], document['message']].filter(isRecord);
  const usage = holders.map((holder) => holder[kind === 'gemini' ? 'usageMetadata' : 'usage']).find(isRecord);
  if (usage === undefined) return null;
  if (kind === 'gemini') {
    const { promptTokenCount, toolUsePromptTokenCount, candidatesTokenCount, thoughtsTokenCount } = Gemini.parse(usage);
    return { inputTokens: promptTokenCount + toolUsePromptTokenCount, outputTokens: candidatesTokenCount + thoughtsTokenCount };
  }
  if (kind === 'anthropic') {
    const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = Anthropic.parse(usage);
    return { inputTokens: input_tokens + cache_creation_input_tokens + cache_read_input_tokens, outputTokens: output_tokens };
  }
  const { prompt_tokens, completion_tokens, input_tokens, output_tokens } = OpenAi.parse(usage);
  return { inputTokens: Math.max(prompt_tokens, input_tokens), outputTokens: Math.max(completion_tokens, output_tokens) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** English prose and code run at about four bytes a token in today's tokenizers; used only where a provider is silent. */
const BYTES_PER_TOKEN = 4;

export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
