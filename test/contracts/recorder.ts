import type { DomainEvent } from '#kernel/event.ts';
import type { LedgerInput } from '#modules/ledger/index.ts';
import type { Tx } from '#platform/db/index.ts';

/** Stands in for ledger and outbox where a test asks what a command said, not how it is kept. */
export function createRecorder() {
  const entries: LedgerInput[] = [];
  const events: DomainEvent[] = [];
  return {
    entries,
    events,
    ledger: { append: (_tx: Tx, entry: LedgerInput): void => void entries.push(entry) },
    outbox: {
      put(_tx: Tx, event: DomainEvent): Promise<void> {
        events.push(event);
        return Promise.resolve();
      },
      putAll(_tx: Tx, all: readonly DomainEvent[]): Promise<void> {
        events.push(...all);
        return Promise.resolve();
      },
    },
    /** Forgets what was said so far. */
    clear(): void {
      entries.length = 0;
      events.length = 0;
    },
    kinds: (): string[] => entries.map((entry) => entry.kind),
    types: (): string[] => events.map((event) => event.type),
  };
}
