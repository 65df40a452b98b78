import { z } from 'zod';
import { AppError, ERROR_KINDS, isAppError, type ErrorKind } from '#kernel/errors.ts';

/** RFC 9457. Further members come from the error's `detail`. */
export const Problem = z
  .looseObject({
    type: z.string().describe('A name of the problem; not an address to open.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('What is wrong, in one sentence.'),
    code: z.string().describe('Stable name of the reason, for programs.'),
    kind: z.enum(ERROR_KINDS).describe('How it failed: `refused` is a "no" to a request that was well formed, `invalid` is a request that was not.'),
    hint: z.string().optional().describe('What to do about it.'),
    request_id: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Of a request that does not fit its schema: each place.'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  refused: 422,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request took too long',
  409: 'Conflict',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Unavailable',
};

export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  problem: Problem;
  /** True when the reader cannot know the cause: it belongs into the log. */
  unexpected: boolean;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** 405: HTTP knows it, the kinds of AppError do not. */
export class MethodNotAllowed extends Error {
  readonly allow: readonly string[];
  constructor(method: string, allow: readonly string[]) {
    super(`${method} is not possible at this address.`);
    this.name = 'MethodNotAllowed';
    this.allow = allow;
  }
}

/** 415. */
export class UnsupportedMediaType extends Error {
  constructor(type: string) {
    super(`This operation reads JSON, not ${type === '' ? 'a body of no type' : type}.`);
    this.name = 'UnsupportedMediaType';
  }
}

/** Any thrown value as a problem document. Messages of unknown errors stay inside. */
export function toProblem(error: unknown, requestId: string): ProblemAnswer {
  const known = isAppError(error) ? { status: STATUS[error.kind], error } : translate(error);
  const { status, error: app } = known;
  const { retry_after_s: retryAfter, ...detail } = app.detail;
  const headers: Record<string, string> = { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' };
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="reeve"';
  if (status === 429 || status === 503) headers['retry-after'] = String(typeof retryAfter === 'number' ? Math.ceil(retryAfter) : 1);
  if (status === 405 && Array.isArray(detail.allow)) headers.allow = detail.allow.join(', ');
  const named = {
    type: `urn:reeve:problem:${app.code}`,
    title: TITLES[status] ?? 'Problem',
    status,
    detail: app.message,
    code: app.code,
    kind: app.kind,
    ...(app.hint === undefined ? {} : { hint: app.hint }),
    request_id: requestId,
  };
  // The standard members first, for readers; and last, so that no detail replaces one.
  const problem: Problem = { ...named, ...detail, ...named };
  return { status, headers, problem, unexpected: status >= 500 && status !== 503 };
}

type Known = { status: number; error: AppError };
const as = (status: number, kind: ErrorKind, code: string, message: string, hint?: string): Known => ({
  status,
  error: new AppError(kind, message, { code, hint }),
});

/** Errors of the web framework and the database that tell the caller something; everything else is internal. */
function translate(error: unknown): Known {
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; statusCode?: unknown };
  if (error instanceof MethodNotAllowed) {
    return {
      status: 405,
      error: new AppError('invalid', error.message, {
        code: 'method_not_allowed',
        hint: `It answers ${error.allow.join(', ')}.`,
        detail: { allow: [...error.allow] },
      }),
    };
  }
  if (error instanceof UnsupportedMediaType)
    return as(415, 'invalid', 'unsupported_media_type', error.message, 'Send "Content-Type: application/json".');
  const fromCode = typeof code === 'string' ? BY_CODE[code] : undefined;
  if (fromCode !== undefined) return fromCode();
  if (typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return as(statusCode, 'invalid', 'bad_request', (error as Error).message);
  }
  return as(500, 'internal', 'internal', 'Something broke inside Reeve.', 'Look for the request id in the log.');
}

const databaseAway = (): Known =>
  as(503, 'unavailable', 'database_unavailable', 'The database cannot be reached right now.', 'Try again in a moment.');

/** Codes of Fastify, Node and PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const BY_CODE: Record<string, () => Known> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => as(413, 'too_large', 'too_large', 'The body is larger than this operation accepts.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => as(400, 'invalid', 'bad_request', 'The body is not as long as its Content-Length says.'),
  FST_ERR_BAD_URL: () => as(400, 'invalid', 'bad_request', 'The address holds a malformed escape.'),
  FST_ERR_MAX_PARAM_LENGTH: () => as(414, 'invalid', 'address_too_long', 'A part of the address is too long.'),
  '23505': () => as(409, 'conflict', 'already_exists', 'Something with that name or key already exists.'),
  '23503': () => as(409, 'conflict', 'reference_broken', 'Something else refers to this, or this refers to something that does not exist.'),
  '22021': () => as(422, 'invalid', 'invalid', 'The text holds a character that cannot be stored.'),
  '22P05': () => as(422, 'invalid', 'invalid', 'The text holds a character that cannot be stored.'),
  ECONNREFUSED: databaseAway,
  ECONNRESET: databaseAway,
  '57P01': databaseAway,
  '57P03': databaseAway,
  '53300': databaseAway,
};
