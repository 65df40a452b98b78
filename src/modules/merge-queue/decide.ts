import { compareEntries, unmetDependencies, type Dependency } from './decide.order.ts';
import type { ActionPublication } from './model.verify.ts';
import type { EntryState, QuarantineReason, QueueEntry } from './model.ts';

/**
 * The controller recomputes from the rows at every turn: given the active entries of one target, what is the next thing to
 * do? Pure, so that the simulator and production decide alike. Invariants: at most one entry of a target is past `queued`;
 * it is finished before another is begun; an entry whose dependency has not landed, or whose back-off has not run out,
 * is passed over and never blocks the ones behind it.
 */
export type Step =
  | { kind: 'merge'; entry: QueueEntry }
  | { kind: 'verify'; entry: QueueEntry }
  | { kind: 'publish'; entry: QueueEntry }
  /** Nothing can be done now; `wakeAt`: when a back-off runs out, null when only a new fact can help. */
  | { kind: 'wait'; wakeAt: Date | null };

export interface TargetFacts {
  /** Entries in the states queued, merging, verifying, publishing. */
  active: readonly QueueEntry[];
  /** By entry id; absent: it depends on nothing. */
  dependencies: ReadonlyMap<string, readonly Dependency[]>;
}

export function decideStep(facts: TargetFacts, now: Date): Step {
  const begun = facts.active.find((entry) => entry.state !== 'queued');
  if (begun !== undefined) return isDue(begun, now) ? resume(begun) : { kind: 'wait', wakeAt: begun.notBefore };
  const free = facts.active.filter((entry) => unmetDependencies(facts.dependencies.get(entry.id) ?? []).length === 0);
  const due = free.filter((entry) => isDue(entry, now));
  const next = due.toSorted((a, b) => compareEntries(a, b, now))[0];
  if (next !== undefined) return { kind: 'merge', entry: next };
  const times = free.flatMap((entry) => (entry.notBefore === null ? [] : [entry.notBefore.getTime()]));
  return { kind: 'wait', wakeAt: times.length === 0 ? null : new Date(Math.min(...times)) };
}

const isDue = (entry: QueueEntry, now: Date): boolean => entry.notBefore === null || entry.notBefore.getTime() <= now.getTime();

/** What an entry that was begun needs next: the same whether we did the last step or a worker that died did. */
function resume(entry: QueueEntry): Step {
  if (entry.state === 'verifying') return { kind: 'verify', entry };
  if (entry.state === 'publishing') return { kind: 'publish', entry };
  return { kind: 'merge', entry };
}

export interface RetryLimits {
  /** Faults of git, the sandbox or the forge before the entry is set aside. */
  maxRetries: number;
  /** Times the target may move between verifying and publishing. */
  maxBaseMoves: number;
}

export type FaultDecision = { kind: 'retry'; notBefore: Date; retries: number } | { kind: 'quarantine'; reason: QuarantineReason };

// 2 s doubling to 2 min: a full disk or a restarting forge is given time, a hiccup costs little.
const FIRST_BACKOFF_MS = 2_000;
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
