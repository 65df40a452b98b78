import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import type { ModelUpstream } from '#ports/model-proxy.ts';
import { createAnswerReader } from './answer.ts';
import { estimateTokens, type Tokens } from './usage.ts';

export interface Forwarding {
  url: URL;
  method: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  dropUsageEvent: boolean;
}

/** Reasoning models think for minutes before their first byte. */
const SILENCE_MS = 15 * 60_000;
const REQUEST_HEADERS = ['content-type', 'accept', 'user-agent', 'anthropic-version', 'anthropic-beta', 'openai-beta', 'x-stainless-lang'];
const ANSWER_HEADERS = ['content-type', 'request-id', 'x-request-id', 'retry-after', 'retry-after-ms', 'x-should-retry'];

/**
 * Sends one request on with the real key and passes the answer back while it comes. Resolves with the tokens of a good
 * answer, null for an answer that cost nothing (an error of the provider). Rejects when the provider cannot be reached or
 * breaks off; what had come until then is told through `onCut`.
 */
export async function forward(
  upstream: ModelUpstream,
  what: Forwarding,
  to: ServerResponse,
  onCut: (tokens: Tokens) => void,
): Promise<{ tokens: Tokens; wasEstimated: boolean } | null> {
  const from = await send(upstream, what, to).catch((error: unknown) => {
    // The agent hung up before the answer began; the provider had the request and will charge for it.
    if (to.destroyed) onCut({ inputTokens: estimateTokens(what.body.length), outputTokens: 0 });
    throw error;
  });
  const status = from.statusCode ?? 502;
  if (status >= 400) {
    await passError(upstream, from, to, status);
    return null;
  }
  to.writeHead(status, pick(from.headers, ANSWER_HEADERS));
  const reader = createAnswerReader({
    kind: upstream.kind,
    isEventStream: (from.headers['content-type'] ?? '').includes('text/event-stream'),
    requestBytes: what.body.length,
    dropUsageEvent: what.dropUsageEvent,
  });
  try {
    for await (const chunk of from) {
      if (!to.write(reader.pass(chunk as Buffer)) && !to.destroyed) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
  } catch (error) {
    onCut(reader.end(true).tokens);
    throw error;
  }
  const { rest, tokens, wasEstimated } = reader.end();
  to.end(rest);
  return { tokens, wasEstimated };
}

async function send(upstream: ModelUpstream, what: Forwarding, to: ServerResponse): Promise<IncomingMessage> {
  const headers: OutgoingHttpHeaders = {
    ...pick(what.headers, REQUEST_HEADERS),
    ...credentials(upstream),
    'accept-encoding': 'identity', // we read along
    ...(what.body.length > 0 ? { 'content-length': what.body.length } : {}),
  };
  const start = what.url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = start(what.url, { method: what.method, headers }, resolve);
    request.setTimeout(SILENCE_MS, () => request.destroy(new Error('the provider was silent for too long')));
    request.on('error', reject);
    // The agent hung up (or was ended): stop paying for an answer that nobody reads.
    to.once('close', () => request.destroy());
    request.end(what.body);
  });
}

function credentials({ kind, apiKey }: ModelUpstream): OutgoingHttpHeaders {
  if (apiKey === '') return {};
  if (kind === 'anthropic') return { 'x-api-key': apiKey };
  return kind === 'gemini' ? { 'x-goog-api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}

const MAX_ERROR_BYTES = 256 * 1024;

/** Errors are read whole first: providers like to repeat the key they did not accept. */
async function passError(upstream: ModelUpstream, from: IncomingMessage, to: ServerResponse, status: number): Promise<void> {
  let text = '';
  for await (const chunk of from) if (text.length < MAX_ERROR_BYTES) text += (chunk as Buffer).toString('utf8');
  const clean = upstream.apiKey === '' ? text : text.replaceAll(upstream.apiKey, '[key]');
  to.writeHead(status, pick(from.headers, ANSWER_HEADERS));
  to.end(clean);
}

function pick(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}
