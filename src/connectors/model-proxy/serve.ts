import type { IncomingMessage, ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import type { ModelProxySpec } from '#ports/model-proxy.ts';
import type { Account } from './account.ts';
import { forward } from './forward.ts';
import { refuse, type Refusal } from './refuse.ts';
import { prepareBody } from './request-body.ts';
import { parseAsked, targetOf } from './target.ts';
import { estimateTokens, type Tokens } from './usage.ts';

export interface GatewayRun {
  spec: ModelProxySpec;
  account: Account;
  /** The key the agent was given. */
  innerKey: string;
  log: Log;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Answers one request of the agent: the right key, a model path, money left; then the provider's answer. */
export async function serve(run: GatewayRun, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { spec, account } = run;
  const no = (refusal: Refusal, message: string): void => refuse(response, spec.upstream.kind, refusal, message);
  if (!hasKey(request, run.innerKey)) return no('unauthenticated', 'This is the model gateway of a Reeve run and this is not its key.');
  const target = targetOf(spec.upstream, request.method ?? 'GET', request.url ?? '/');
  if (target === null) return no('not_allowed', `The model gateway does not offer ${request.method} ${(request.url ?? '/').split('?')[0]}.`);
  const body = await readBody(request);
  if (body === null) return no('too_large', `The request is bigger than ${MAX_BODY_BYTES} bytes.`);
  if (!target.isGeneration) return pass(run, { request, response, target: target.url, body, dropUsageEvent: false, hold: null });
  const why = account.refusal();
  if (why !== null) return no('budget', why);
  const prepared = prepareBody(spec.upstream.kind, target.url.pathname, body);
  if (!prepared.ok) return no('bad_request', prepared.reason);
  const hold = account.hold(estimateTokens(prepared.body.length));
  return pass(run, { request, response, target: target.url, body: prepared.body, dropUsageEvent: prepared.addedStreamUsage, hold });
}

interface Passing {
  request: IncomingMessage;
  response: ServerResponse;
  target: URL;
  body: Buffer;
  dropUsageEvent: boolean;
  hold: { book(tokens: Tokens, wasEstimated: boolean): void; release(): void } | null;
}

async function pass({ spec, log }: GatewayRun, { request, response, target, body, dropUsageEvent, hold }: Passing): Promise<void> {
  const startedMs = performance.now();
  let outcome = 'failed';
  try {
    const what = { url: target, method: request.method ?? 'POST', headers: request.headers, body, dropUsageEvent };
    const answer = await forward(spec.upstream, what, response, (tokens) => hold?.book(tokens, true));
    if (answer !== null) hold?.book(answer.tokens, answer.wasEstimated);
    outcome = answer === null ? 'refused by the provider' : 'answered';
  } catch (error) {
    refuse(response, spec.upstream.kind, 'upstream', `The model provider could not be reached or broke off: ${messageOf(error)}`);
  } finally {
    hold?.release();
    log.debug({ runId: spec.runId, path: target.pathname, outcome, durationMs: Math.round(performance.now() - startedMs) }, 'model request');
  }
}

/** Each provider's clients send the key in their own header (Gemini's sometimes in the address). */
function hasKey(request: IncomingMessage, key: string): boolean {
  const given = [
    request.headers.authorization?.replace(/^Bearer /i, ''),
    request.headers['x-api-key'],
    request.headers['x-goog-api-key'],
    parseAsked(request.url ?? '/')?.searchParams.get('key'),
  ];
  return given.some((text) => typeof text === 'string' && text.length === key.length && timingSafeEqual(Buffer.from(text), Buffer.from(key)));
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts);
}
