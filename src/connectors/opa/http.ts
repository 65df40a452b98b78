import { AppError, isAppError, sentenceOf } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { EngineQuestion, PolicyEngine } from '#ports/policy-engine.ts';
import { MOST_BYTES, parseDecision, parseStrictJson } from './schema.ts';

export interface OpaHttpOptions {
  /** Address of the rule in OPA's data API: `http://127.0.0.1:8181/v1/data/reeve/decision`. */
  url: string;
  /** Asks that address and nothing inside the network that it leads to (`platform/net`). */
  fetch: (target: string, init?: RequestInit) => Promise<Response>;
}

const unavailable = (message: string, cause?: unknown): AppError => new AppError('unavailable', message, { code: 'engine_unreachable', cause });

/**
 * An Open Policy Agent, asked over its data API (https://www.openpolicyagent.org/docs/rest-api): `POST {"input": {action_kind,
 * facts}}`, answered with `{"result": {"effect", "reason"}}`. A rule without a value comes as an answer without `result`: refused, as
 * are redirects, other content types and long answers.
 */
export function createOpaHttpEngine(options: OpaHttpOptions): PolicyEngine {
  return {
    name: 'opa',
    // OPA tells no version of its rules here; its address is what this installation knows of it.
    version: async () => sha256Hex(options.url),
    async answer(question, signal) {
      const value = parseStrictJson(await ask(options, question, signal));
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'result')) throw unavailable('OPA has no value for the rule.');
      return parseDecision((value as { result: unknown }).result);
    },
  };
}

async function ask({ url, fetch }: OpaHttpOptions, question: EngineQuestion, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ input: { action_kind: question.actionKind, facts: question.facts } }),
      redirect: 'error',
      signal,
    });
    if (response.status !== 200 || response.headers.get('content-type')?.startsWith('application/json') !== true) {
      await response.body?.cancel();
      throw unavailable(`OPA answered ${response.status}.`);
    }
    return await readAtMost(response, MOST_BYTES);
  } catch (error) {
    if (isAppError(error, 'unavailable') && error.code === 'engine_unreachable') throw error;
    throw unavailable(`OPA cannot be asked: ${sentenceOf(error)}`, error);
  }
}

/** The body, read only as far as it may be long: a length header can lie. */
async function readAtMost(response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > most) throw unavailable('OPA answered too much.');
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
