/**
 * The closed set of ways an operation can fail. HTTP status and exit code follow from the kind (`platform/http`, `cli`):
 * invalid 422/2 · unauthenticated 401/3 · forbidden 403/1 · not_found 404/1 · conflict 409/1 · refused 422/1 (a rule said
 * no) · too_large 413/2 · rate_limited 429/3 · unavailable 503/3 (something we need cannot be reached) · internal 500/1.
 */
export const ERROR_KINDS = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'refused',
  'too_large',
  'rate_limited',
  'unavailable',
  'internal',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

export interface AppErrorOptions {
  /** What the reader can do about it, as a sentence. */
  hint?: string;
  /** Stable, machine-readable reason, for example `base_blob_mismatch`. */
  code?: string;
  /** Further fields of the problem document; must not hold secrets. */
  detail?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error class that crosses module borders. `message` is a sentence for a person: what is wrong. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly detail: Record<string, unknown>;

  constructor(kind: ErrorKind, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = options.code ?? kind;
    this.hint = options.hint;
    this.detail = options.detail ?? {};
  }
}

export function isAppError(error: unknown, kind?: ErrorKind): error is AppError {
  return error instanceof AppError && (kind === undefined || error.kind === kind);
}

/** The sentence of any thrown value with what can be done about it, where only one text can be told. */
export function sentenceOf(error: unknown): string {
  return isAppError(error) && error.hint !== undefined ? `${error.message} ${error.hint}` : messageOf(error);
}

/** The sentence of any thrown value, for logs and records. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
