import { AppError, ERROR_KINDS, type ErrorKind } from '#kernel/errors.ts';

/**
 * The form in which an error is recorded, thrown now and thrown again at a replay: an AppError, or a plain Error with name
 * and message. Causes and foreign fields are left out: they may hold sockets, buffers or secrets, and code that looked at
 * them would behave differently at the replay.
 */
export function recordable(error: unknown): Error {
  if (error instanceof AppError) {
    return new AppError(error.kind, error.message, { code: error.code, hint: error.hint, detail: plain(error.detail) });
  }
  if (!(error instanceof Error)) return new Error(String(error));
  const copy = new Error(error.message);
  copy.name = error.name;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') Object.assign(copy, { code });
  return copy;
}

function plain(detail: Record<string, unknown>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(detail)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** The error a reader of a record gets: an AppError again where one was recorded. */
export function revived(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  const stored = error as Error & { kind?: unknown; code?: unknown; hint?: unknown; detail?: unknown };
  if (stored.name === 'AppError' && isErrorKind(stored.kind)) {
    return new AppError(stored.kind, stored.message, {
      code: typeof stored.code === 'string' ? stored.code : undefined,
      hint: typeof stored.hint === 'string' ? stored.hint : undefined,
      detail: typeof stored.detail === 'object' && stored.detail !== null ? (stored.detail as Record<string, unknown>) : undefined,
    });
  }
  return fromEngine(stored);
}

// Numbers of dbos-sdk's error.js: TargetWorkflowCancelled, AwaitedWorkflowExceededMaxRecoveryAttempts, NonExistentWorkflow.
function fromEngine(error: Error): unknown {
  const { dbosErrorCode } = error as { dbosErrorCode?: number };
  if (dbosErrorCode === undefined) return error;
  if (/^Awaited .* was cancelled$/.test(error.message))
    return new AppError('conflict', error.message.replace('Awaited', 'Workflow'), { code: 'workflow_cancelled' });
  if (error.message.endsWith('exceeded its maximum recovery attempts')) {
    return new AppError('internal', error.message.replace('Awaited', 'Workflow'), {
      code: 'workflow_given_up',
      hint: 'It was interrupted too often; look for what kills the process while it runs.',
    });
  }
  return error;
}

function isErrorKind(value: unknown): value is ErrorKind {
  return ERROR_KINDS.some((kind) => kind === value);
}

/** Decisions stay decisions however often one asks; everything else may pass. */
export function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof AppError) || error.kind === 'unavailable' || error.kind === 'rate_limited' || error.kind === 'internal';
}
