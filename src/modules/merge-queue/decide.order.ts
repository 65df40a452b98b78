import type { EntryState, QueueEntry } from './model.ts';

// Waiting this long is worth one step of priority, so nothing starves; each retry costs as much.
const AGING_MS = 10 * 60_000;

/** A dependency as the queue knows it: all change requests of the task that the named one belongs to. */
export interface Dependency {
  id: string;
  states: readonly EntryState[];
}

/** What an entry waits for. A dependency is met by any landed attempt of its task, whichever attempt was named. */
export function unmetDependencies(dependencies: readonly Dependency[]): string[] {
  return dependencies.filter(({ states }) => !states.some((state) => state === 'landed' || state === 'already_landed')).map(({ id }) => id);
}

/** Smaller lands first: priority, less what was waited, plus a penalty per retry; in milliseconds. */
export function orderScore(entry: Pick<QueueEntry, 'priority' | 'submittedAt' | 'retries'>, now: Date): number {
  return (entry.priority + entry.retries) * AGING_MS - (now.getTime() - entry.submittedAt.getTime());
}

export function compareEntries(a: QueueEntry, b: QueueEntry, now: Date): number {
  return orderScore(a, now) - orderScore(b, now) || a.submittedAt.getTime() - b.submittedAt.getTime() || (a.id < b.id ? -1 : 1);
}
