import type { EntryState } from '#modules/change-requests/index.ts';
import type { Freshness } from './model.ts';

/** Waiting this long is worth one step of priority, so nothing starves; each retry costs as much. */
export const AGING_MS = 10 * 60_000;

/** A dependency as the queue knows it: all change requests of the task that the named one belongs to. */
export interface Dependency {
  id: string;
  states: readonly EntryState[];
}

const isMet = ({ states }: Dependency): boolean => states.some((state) => state === 'landed' || state === 'already_landed');

/** What an entry waits for. A dependency is met by any landed attempt of its task, whichever attempt was named. */
export function unmetDependencies(dependencies: readonly Dependency[]): string[] {
  return dependencies.filter((dependency) => !isMet(dependency)).map(({ id }) => id);
}

/** Dependencies that will not land by themselves: every attempt is set aside or dropped, so a person or an agent must act first. */
export function stuckDependencies(dependencies: readonly Dependency[]): string[] {
  const ended = (state: EntryState): boolean => state === 'quarantined' || state === 'dropped';
  return dependencies.filter((dependency) => !isMet(dependency) && dependency.states.every(ended)).map(({ id }) => id);
}

/** What the order looks at; times are milliseconds on any one clock. */
export interface OrderFacts {
  id: string;
  /** 0 (first) to 9. */
  priority: number;
  retries: number;
  submittedAtMs: number;
  /** Further behind its target than the budget allows although it still merges: it goes first, before it no longer does. */
  overBudget?: boolean;
}

/**
 * Smaller lands first: priority, less what was waited, plus a penalty per retry; in milliseconds. The rate at which the
 * score falls is the same for all, so of two entries the order never changes while they wait, and a newcomer overtakes
 * only those that are younger than its priority is worth.
 */
export function orderScore(entry: OrderFacts, nowMs: number): number {
  const steps = entry.priority + entry.retries - (entry.overBudget === true ? 1 : 0);
  return steps * AGING_MS - (nowMs - entry.submittedAtMs);
}

export function compareFacts(a: OrderFacts, b: OrderFacts, nowMs: number): number {
  return orderScore(a, nowMs) - orderScore(b, nowMs) || a.submittedAtMs - b.submittedAtMs || (a.id < b.id ? -1 : 1);
}

/** What of a waiting change request decides its place. */
export interface Orderable {
  id: string;
  priority: number;
  retries: number;
  submittedAt: Date;
  freshness: Freshness | null;
}

export function orderFactsOf(entry: Orderable): OrderFacts {
  return {
    id: entry.id,
    priority: entry.priority,
    retries: entry.retries,
    submittedAtMs: entry.submittedAt.getTime(),
    overBudget: entry.freshness?.overBudget === true && entry.freshness.rebase === 'clean',
  };
}

export function compareEntries(a: Orderable, b: Orderable, now: Date): number {
  return compareFacts(orderFactsOf(a), orderFactsOf(b), now.getTime());
}
