import type { Buffer } from 'node:buffer';
import type { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { UnsupportedMediaType } from './problem.ts';
import type { RouteDefinition } from './route.ts';

/**
 * The body as a value: JSON, or (for routes that keep the bytes) a form. Undefined when there is nothing to parse. A body that does not
 * call itself JSON is none: a page of another address can send any other kind without asking first.
 */
export function parseBody(route: RouteDefinition, bytes: Buffer | null, contentType: string | undefined): unknown {
  if (route.body === undefined || bytes === null || bytes.length === 0) return undefined;
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? (route.rawBody === true ? 'application/json' : '');
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(bytes);
  if (route.rawBody === true)
    return type === 'application/x-www-form-urlencoded' ? Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))) : undefined;
  throw new UnsupportedMediaType(type);
}

/** Malformed JSON is 422 like every other body that does not fit, so that callers have one case to handle. */
function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    // A literal `__proto__` member could reach a prototype when values are merged later; a reviver runs only when it may be there.
    return /__proto__|\\u00/i.test(text) ? (JSON.parse(text, withoutProto) as unknown) : (JSON.parse(text) as unknown);
  } catch (error) {
    throw new AppError('invalid', `The body is not valid JSON: ${(error as Error).message}`, { code: 'malformed_json', cause: error });
  }
}

function withoutProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('a member may not be named __proto__');
  return value;
}

/** Parses one part of a request; a failure names each field: 422, or 404 for a part of the path (there is no such thing). */
export function parsePart(where: 'params' | 'query' | 'body', schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // An absent body stands for an empty one, so that commands without arguments need none.
  const retried = where === 'body' && value === undefined ? schema.safeParse({}) : parsed;
  if (retried.success) return retried.data;
  const errors = retried.error.issues.map((issue) => ({ path: [where, ...issue.path].map(String).join('.'), message: issue.message }));
  const first = errors[0];
  const sentence = first === undefined ? 'The request does not fit.' : `${first.path}: ${first.message}`;
  if (where === 'params') throw new AppError('not_found', `There is nothing at this address (${sentence}).`, { detail: { errors } });
  throw new AppError('invalid', sentence, { hint: 'The shape is described at /docs.', detail: { errors } });
}
