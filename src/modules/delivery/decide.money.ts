import type { AppError } from '#kernel/errors.ts';

/** Why a step could not begin for want of money, a place, or leave. The codes are those of the budget, stored with recorded steps. */
export type Lack = { kind: 'ask'; pool: string; amountMicros: number } | { kind: 'wait' };

/** A cap is reached: people are asked. Stopped dispatch and a full hour pass by themselves: the story waits. Anything else: null. */
export function lackOf(error: Pick<AppError, 'code' | 'detail'>): Lack | null {
  if (error.code === 'dispatch_stopped' || error.code === 'dispatch_rate') return { kind: 'wait' };
  if (error.code !== 'budget_reached') return null;
  const { pool, amount_micros: amountMicros } = error.detail;
  return typeof pool === 'string' && typeof amountMicros === 'number' ? { kind: 'ask', pool, amountMicros } : null;
}

/** What became of the question whether the cap may be raised: go on, wait, ask again, or end. */
export function decideAsked(status: string): 'go' | 'wait' | 'again' | 'stop' {
  switch (status) {
    case 'executed':
      return 'go';
    case 'pending':
    case 'approved':
    case 'executing':
      return 'wait';
    // Nobody answered, or the cap was changed by other means meanwhile: the question is put anew while the work still waits.
    case 'expired':
    case 'failed':
      return 'again';
    default:
      return 'stop';
  }
}
