import { Readable } from 'node:stream';
import { AppError } from '#kernel/errors.ts';
import { Reply, type RouteDefinition } from './route.ts';
import { openSse, SseReply } from './sse.ts';

/** What leaves as one HTTP answer. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | Readable | null;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export interface AnswerOptions {
  /** Aborts when the server stops: streams end then. */
  closing: AbortSignal;
  /** Whether the caller is still who they were: asked while a stream goes on. */
  unchanged(): Promise<boolean>;
  onStreamError: (error: unknown) => void;
  /** Compare every answer with its declared schema; a difference is an internal error (tests and development). */
  checkResponses: boolean;
}

/** A handler's value as bytes: a value is JSON, text with a content type stays text, a stream stays a stream. */
export function toAnswer(route: RouteDefinition, value: unknown, options: AnswerOptions): Answer {
  if (value instanceof SseReply) {
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
    return { status: route.response.status, headers, body: openSse(value, { ...options, onError: options.onStreamError }) };
  }
  const reply = value instanceof Reply ? value : new Reply(route.response.status, value);
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  for (const [name, text] of Object.entries(reply.headers)) headers[name.toLowerCase()] = text;
  const declared = headers['content-type'] ?? route.response.contentType;
  if (reply.status === 204 || reply.body === undefined) return { status: reply.status, headers, body: null };
  if (reply.body instanceof Readable)
    return { status: reply.status, headers: { ...headers, 'content-type': declared ?? 'application/octet-stream' }, body: reply.body };
  if (typeof reply.body === 'string' && declared !== undefined && !/\bjson\b/.test(declared.replace('x-ndjson', ''))) {
    return { status: reply.status, headers: { ...headers, 'content-type': declared }, body: reply.body };
  }
  if (options.checkResponses && reply.status === route.response.status) check(route, reply.body);
  return { status: reply.status, headers: { ...headers, 'content-type': declared ?? JSON_TYPE }, body: JSON.stringify(reply.body) };
}

function check(route: RouteDefinition, body: unknown): void {
  const { schema } = route.response;
  // Schemas may transform on the way in; what is compared is the JSON a caller would read.
  const parsed = schema?.safeParse(JSON.parse(JSON.stringify(body)));
  if (parsed === undefined || parsed.success) return;
  const issues = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`).join('; ');
  throw new AppError('internal', `${route.method} ${route.path} answers something else than it declares: ${issues}`, { code: 'response_mismatch' });
}
