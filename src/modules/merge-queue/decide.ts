import type { ActionPublication } from './model.verify.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import type { QuarantineReason, QueueEntry } from './model.ts';

/** What follows from faults, moves of the target and people: pure. What is done next is in `decide.builds.ts` and `decide.lanes.ts`. */
export interface RetryLimits {
  /** Faults of git, the sandbox or the forge before the entry is set aside. */
  maxRetries: number;
  /** Times the target may move between verifying and publishing. */
  maxBaseMoves: number;
}

export type FaultDecision = { kind: 'retry'; notBefore: Date; retries: number } | { kind: 'quarantine'; reason: QuarantineReason };

// 2 s doubling to 2 min: a full disk or a restarting forge is given time, a hiccup costs little.
export const FIRST_BACKOFF_MS = 2_000;
const MOST_BACKOFF_MS = 120_000;

/** A fault that is not the change's doing: tried again with growing pauses, then set aside with the last error. */
export function decideAfterFault(entry: Pick<QueueEntry, 'retries'>, error: string, limits: RetryLimits, now: Date): FaultDecision {
  const retries = entry.retries + 1;
  if (retries > limits.maxRetries)
    return { kind: 'quarantine', reason: { kind: 'retries_exhausted', detail: `Tried ${retries} times; the last error was: ${error}` } };
  const pauseMs = Math.min(FIRST_BACKOFF_MS * 2 ** (retries - 1), MOST_BACKOFF_MS);
  return { kind: 'retry', retries, notBefore: new Date(now.getTime() + pauseMs) };
}

export type MoveDecision = { kind: 'merge_again'; baseMoves: number } | { kind: 'quarantine'; reason: QuarantineReason };

/** The target moved under a verified candidate: merge and verify again, within bounds. */
export function decideAfterMove(entry: Pick<QueueEntry, 'baseMoves'>, limits: RetryLimits): MoveDecision {
  const baseMoves = entry.baseMoves + 1;
  if (baseMoves > limits.maxBaseMoves)
    return {
      kind: 'quarantine',
      reason: { kind: 'retries_exhausted', detail: `The target moved ${baseMoves} times while the change was being verified.` },
    };
  return { kind: 'merge_again', baseMoves };
}

export type PublicationDecision = { kind: 'landed'; commit: string } | { kind: 'moved' } | { kind: 'quarantine'; reason: QuarantineReason };

export function decideAfterPublication(answer: ActionPublication): PublicationDecision {
  switch (answer.kind) {
    case 'landed':
      return answer;
    case 'base_moved':
      return { kind: 'moved' };
    case 'refused':
      return { kind: 'quarantine', reason: { kind: 'publish_refused', detail: answer.detail } };
  }
}

/** States from which a person may ask for another try, and from which an entry may be dropped. */
export function mayRetry(state: EntryState): boolean {
  return state === 'quarantined';
}

/** Once publishing has begun the commit may be out already: only its outcome can be recorded then. */
export function mayDrop(state: EntryState): boolean {
  return state === 'queued' || state === 'merging' || state === 'verifying' || state === 'quarantined';
}
