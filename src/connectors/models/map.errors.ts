import { AppError, isAppError } from '#kernel/errors.ts';

/** What the SDK's errors carry, read by shape: importing its classes would load the whole SDK for a mapping. */
interface SdkError {
  name?: string;
  message?: string;
  statusCode?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
  text?: string;
  finishReason?: string;
  cause?: unknown;
}

export interface FailureContext {
  model: string;
  /** The call took longer than it may. */
  timedOut: boolean;
  /** The caller gave up. */
  aborted: boolean;
  timeoutMs: number;
  /** Never to be shown: cut from any text that is passed on. */
  apiKey: string | null;
}

/** Any failure of a call as the port's AppError. */
export function toAppError(error: unknown, context: FailureContext): AppError {
  if (isAppError(error)) return error;
  const { model } = context;
  if (context.aborted) return new AppError('unavailable', `The call of ${model} was aborted.`, { code: 'aborted' });
  if (context.timedOut)
    return new AppError('unavailable', `${model} did not answer within ${Math.round(context.timeoutMs / 1000)} s.`, { code: 'timeout' });
  const failed = (error ?? {}) as SdkError;
  if (typeof failed.statusCode === 'number' && failed.statusCode >= 300) return fromStatus(failed, failed.statusCode, context);
  if (failed.name === 'AI_LoadAPIKeyError') return noKey(model);
  if (failed.name === 'AI_NoObjectGeneratedError' || failed.name === 'AI_NoOutputGeneratedError' || failed.name === 'AI_NoContentGeneratedError')
    return notJson(model, failed.text ?? '');
  return new AppError('unavailable', `${model} cannot be reached, or its answer broke off: ${shown(rootMessage(error), context)}`, {
    code: 'model_unreachable',
    hint: 'Check the network and REEVE_MODEL_BASE_URL.',
  });
}

export function notJson(model: string, text: string): AppError {
  return new AppError('invalid', `The answer of ${model} is not JSON.`, { code: 'not_json', detail: { text: text.slice(0, 20_000) } });
}

export function refusedBy(model: string, text: string): AppError {
  return new AppError('refused', `${model} would not answer${text === '' ? '' : `: ${text.slice(0, 200)}`}`, { code: 'model_refused' });
}

export function noKey(model: string): AppError {
  return new AppError('unauthenticated', `There is no key for ${model}.`, { code: 'model_key_missing', hint: 'Set REEVE_MODEL_API_KEY.' });
}

function fromStatus(failed: SdkError, status: number, context: FailureContext): AppError {
  const { model } = context;
  const said = shown(sentenceIn(failed.responseBody) ?? failed.message ?? '', context);
  const detail = { status };
  // The provider's sentence about a key may repeat part of the key: not passed on.
  if (status === 401 || status === 403)
    return new AppError('unauthenticated', `${model} refused the key (HTTP ${status}).`, {
      code: 'model_key_refused',
      hint: 'Check REEVE_MODEL_API_KEY.',
      detail,
    });
  if (status === 429)
    return new AppError('rate_limited', `${model} limits the rate: ${said}`, {
      code: 'model_rate_limited',
      detail: { ...detail, ...retryAfter(failed.responseHeaders) },
    });
  if (status === 404) return new AppError('not_found', `The provider does not know ${model}: ${said}`, { code: 'model_unknown', detail });
  if (status === 413) return new AppError('too_large', `The prompt is too large for ${model}.`, { code: 'prompt_too_large', detail });
  if (status === 408 || status >= 500)
    return new AppError('unavailable', `${model} is unavailable (HTTP ${status}): ${said}`, {
      code: 'model_unavailable',
      detail: { ...detail, ...retryAfter(failed.responseHeaders) },
    });
  return new AppError('invalid', `${model} rejected the request (HTTP ${status}): ${said}`, { code: 'model_request_rejected', detail });
}

/** `retry-after` in seconds, or `retry-after-ms`. A date is left out: the next try's own pause is near enough. */
function retryAfter(headers: Record<string, string> | undefined): { retry_after_ms?: number } {
  const ms = Number(headers?.['retry-after-ms']);
  if (Number.isFinite(ms) && ms >= 0) return { retry_after_ms: ms };
  const seconds = Number(headers?.['retry-after']);
  return headers?.['retry-after'] !== undefined && Number.isFinite(seconds) && seconds >= 0 ? { retry_after_ms: seconds * 1000 } : {};
}

/** `{error: {message}}` is what all of them send. */
function sentenceIn(body: string | undefined): string | null {
  try {
    const parsed = JSON.parse(body ?? '') as { error?: { message?: unknown } | string; message?: unknown };
    const said = typeof parsed.error === 'object' ? parsed.error.message : (parsed.error ?? parsed.message);
    return typeof said === 'string' ? said : null;
  } catch {
    return null;
  }
}

function rootMessage(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const cause = (current as SdkError | null)?.cause;
    if (cause === undefined || cause === null) break;
    current = cause;
  }
  return current instanceof Error ? current.message : String((current as SdkError | null)?.message ?? current);
}

function shown(text: string, { apiKey }: FailureContext): string {
  const clean = apiKey === null || apiKey.length < 6 ? text : text.replaceAll(apiKey, '***');
  return clean.replace(/\s+/g, ' ').slice(0, 300);
}

/** A server that does not know this way of asking for JSON, as opposed to one that dislikes the request. */
export function isFormatRefusal(error: unknown): boolean {
  const failed = (error ?? {}) as SdkError;
  return (
    (failed.statusCode === 400 || failed.statusCode === 422 || failed.statusCode === 501) &&
    /response_format|json_schema|json_object|structured|grammar|schema/i.test(`${failed.responseBody ?? ''} ${failed.message ?? ''}`)
  );
}
