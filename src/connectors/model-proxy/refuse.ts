import type { ServerResponse } from 'node:http';
import type { UpstreamKind } from '#ports/model-proxy.ts';

export type Refusal = 'budget' | 'not_allowed' | 'unauthenticated' | 'too_large' | 'bad_request' | 'upstream';

const STATUS: Record<Refusal, number> = { budget: 429, not_allowed: 404, unauthenticated: 401, too_large: 413, bad_request: 400, upstream: 502 };
const OPENAI_TYPE: Record<Refusal, string> = {
  budget: 'insufficient_quota',
  not_allowed: 'invalid_request_error',
  unauthenticated: 'invalid_request_error',
  too_large: 'invalid_request_error',
  bad_request: 'invalid_request_error',
  upstream: 'server_error',
};
const ANTHROPIC_TYPE: Record<Refusal, string> = {
  budget: 'rate_limit_error',
  not_allowed: 'not_found_error',
  unauthenticated: 'authentication_error',
  too_large: 'request_too_large',
  bad_request: 'invalid_request_error',
  upstream: 'api_error',
};
const GEMINI_STATUS: Record<Refusal, string> = {
  budget: 'RESOURCE_EXHAUSTED',
  not_allowed: 'NOT_FOUND',
  unauthenticated: 'UNAUTHENTICATED',
  too_large: 'INVALID_ARGUMENT',
  bad_request: 'INVALID_ARGUMENT',
  upstream: 'UNAVAILABLE',
};

/** An error in the shape of the provider, which is the only one its clients understand. */
export function refusalBody(kind: UpstreamKind, refusal: Refusal, message: string): { status: number; body: unknown } {
  const status = STATUS[refusal];
  if (kind === 'anthropic') return { status, body: { type: 'error', error: { type: ANTHROPIC_TYPE[refusal], message } } };
  if (kind === 'gemini') return { status, body: { error: { code: status, message, status: GEMINI_STATUS[refusal] } } };
  return { status, body: { error: { message, type: OPENAI_TYPE[refusal], param: null, code: refusal === 'budget' ? 'insufficient_quota' : null } } };
}

export function refuse(response: ServerResponse, kind: UpstreamKind, refusal: Refusal, message: string): void {
  if (response.headersSent) {
    response.destroy(); // half an answer is out: only a cut tells the client that it is not whole
    return;
  }
  const { status, body } = refusalBody(kind, refusal, message);
  // Clients of OpenAI and Anthropic repeat a 429 for minutes unless this tells them not to.
  response.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': refusal === 'upstream' ? 'true' : 'false' });
  response.end(JSON.stringify(body));
}
