import type { LanguageModel } from 'ai';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';
import { isFormatRefusal, noKey, notJson, refusedBy, toAppError } from './map.errors.ts';
import { extractJson } from './map.json.ts';
import { priceOf } from './map.prices.ts';
import { schemaInstruction, toEnforceable } from './map.schema.ts';

/** How a server is asked for JSON: a schema it enforces, "some JSON", or only by the prompt. */
export type JsonMode = 'schema' | 'object' | 'text';

export interface Provider {
  /** `anthropic`, `openai`, `google` or `compatible`. */
  name: string;
  apiKey: string | null;
  /** A key is a must (hosted), or may be missing (a server of one's own). */
  needsKey: boolean;
  /** The SDK's model for a name without provider. Loaded at the first call: an idle server needs no SDK in memory. */
  load(modelName: string, mode: JsonMode): Promise<LanguageModel>;
  modes: readonly JsonMode[];
}

/** The port `Model` over one provider of the AI SDK. */
export function createSdkModel(provider: Provider): Model {
  // Found by trying, once per model: compatible servers do not say what they support.
  const modeOf = new Map<string, number>();
  return {
    provider: provider.name,
    async complete(request) {
      const name = request.model.slice(provider.name.length + 1);
      if (provider.needsKey && provider.apiKey === null) throw noKey(request.model);
      for (let at = modeOf.get(name) ?? 0; ; at += 1) {
        const mode = provider.modes[at] ?? 'text';
        try {
          const answer = await callOnce(provider, name, mode, request);
          modeOf.set(name, at);
          return answer;
        } catch (error) {
          if (at + 1 < provider.modes.length && isFormatRefusal(error)) continue;
          throw toAppError(error, { model: request.model, timedOut: false, aborted: false, timeoutMs: request.timeoutMs, apiKey: provider.apiKey });
        }
      }
    },
  };
}

async function callOnce(provider: Provider, name: string, mode: JsonMode, request: ModelRequest): Promise<ModelAnswer> {
  const [{ generateText, Output, jsonSchema }, model] = await Promise.all([sdk(), provider.load(name, mode)]);
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const abortSignal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  try {
    const result = await generateText({
      model,
      instructions: `${request.system}\n\n${schemaInstruction(request.schema)}`,
      prompt: request.prompt,
      maxOutputTokens: request.maxOutputTokens,
      maxRetries: 0,
      abortSignal,
      telemetry: { isEnabled: false },
      ...(mode === 'text' ? {} : { output: Output.object({ schema: jsonSchema(toEnforceable(request.schema)), name: request.schemaName }) }),
    });
    return toAnswer(request, { text: result.text, finishReason: result.finishReason, usage: result.usage, modelId: result.response.modelId });
  } catch (error) {
    // JSON in prose is an answer all the same, and the tokens were paid for.
    const saved = salvage(request, error);
    if (saved !== null) return saved;
    if (isFormatRefusal(error)) throw error;
    throw toAppError(error, {
      model: request.model,
      timedOut: timeout.aborted,
      aborted: request.signal?.aborted === true,
      timeoutMs: request.timeoutMs,
      apiKey: provider.apiKey,
    });
  }
}

async function sdk() {
  // The SDK prints its warnings to the console; ours go through the log or nowhere.
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
  return import('ai');
}

interface RawAnswer {
  text: string;
  finishReason: string;
  usage: { inputTokens: number | undefined; outputTokens: number | undefined };
  modelId: string;
}

function toAnswer(request: ModelRequest, raw: RawAnswer): ModelAnswer {
  if (raw.finishReason === 'content-filter') throw refusedBy(request.model, raw.text);
  const value = extractJson(raw.text);
  if (value === undefined) throw notJson(request.model, raw.text);
  const [inputTokens, outputTokens] = [raw.usage.inputTokens ?? 0, raw.usage.outputTokens ?? 0];
  return {
    value,
    text: raw.text,
    inputTokens,
    outputTokens,
    costMicros: priceOf(request.model, inputTokens, outputTokens),
    modelVersion: raw.modelId,
  };
}

function salvage(request: ModelRequest, error: unknown): ModelAnswer | null {
  const failed = error as { name?: string; text?: string; finishReason?: string; usage?: RawAnswer['usage']; response?: { modelId?: string } };
  if (failed.name !== 'AI_NoObjectGeneratedError' || failed.text === undefined) return null;
  return toAnswer(request, {
    text: failed.text,
    finishReason: failed.finishReason ?? 'other',
    usage: failed.usage ?? { inputTokens: 0, outputTokens: 0 },
    modelId: failed.response?.modelId ?? request.model,
  });
}
