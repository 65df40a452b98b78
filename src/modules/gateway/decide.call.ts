import { isAppError, type AppError } from '#kernel/errors.ts';
import type { CallOutcome } from './model.ts';

/** `anthropic/claude-…` -> `anthropic`; `agent:codex` -> itself: each agent is a model of its own. */
export function providerOf(model: string): string {
  return model.startsWith('agent:') ? model : model.slice(0, Math.max(0, model.indexOf('/')));
}

/** How a failed try is recorded. */
export function outcomeOf(error: unknown): CallOutcome {
  if (!isAppError(error)) return 'failed';
  switch (error.kind) {
    case 'unavailable':
      return error.code === 'timeout' ? 'timeout' : 'unavailable';
    case 'rate_limited':
    case 'unauthenticated':
    case 'refused':
    case 'invalid':
      return error.kind;
    default:
      return 'failed';
  }
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before the next try, or null: give up. Only what may pass by itself is tried again; the provider's own
 * `retry-after` (`detail.retry_after_ms`) wins, unless it is longer than anybody would wait here.
 */
export function decideRetry(error: unknown, attempt: number, tries: number): number | null {
  if (attempt >= tries || !isAppError(error) || error.code === 'aborted') return null;
  if (error.kind !== 'unavailable' && error.kind !== 'rate_limited') return null;
  const asked = askedPause(error);
  if (asked !== null) return asked > LONGEST_PAUSE_MS ? null : asked;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (attempt - 1));
}

function askedPause(error: AppError): number | null {
  const value = error.detail['retry_after_ms'];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** On the high side for English and code: most tokenizers need 3.5 to 4 characters a token. */
export function estimateTokens(...texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 3);
}
