import type { DomainEvent, PublishedEvent } from '#kernel/event.ts';
import type { Tx } from '#platform/db/index.ts';

/**
 * Transactional outbox: an event exists if and only if the transaction that made it true commits. Delivery to in-process
 * subscribers is at least once, per event retried with back-off (1 s doubling to 5 min) and its last error kept; a
 * subscriber must be idempotent.
 */
export interface Outbox {
  put(tx: Tx, event: DomainEvent): Promise<void>;
  /** Several at once, in this order. */
  putAll(tx: Tx, events: readonly DomainEvent[]): Promise<void>;
  /** `consumer` is persisted in error records. `types` are exact event types, or `['*']`. Before `start` only. */
  subscribe(consumer: string, types: readonly string[], handle: (event: PublishedEvent) => Promise<void>): void;
  /** Starts delivering (LISTEN plus polling). Several processes share the work; one event is handled by one at a time. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Events after `afterSeq` in commit order, for the stream; at most `limit`. */
  tail(afterSeq: number, limit: number): Promise<PublishedEvent[]>;
  /** Place of the newest event; 0 when nothing was ever published. `tail` after it tells only what is new. */
  latest(): Promise<number>;
  /** Wakes when something was published, or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void>;
  /** Resolves when nothing is left to deliver (tests, drains). */
  idle(): Promise<void>;
}
