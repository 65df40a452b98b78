import type { Clock } from '#kernel/clock.ts';
import type { Db } from '#platform/db/index.ts';
import { compareEntries, unmetDependencies } from './decide.order.ts';
import type { JournalRow, QueueEntry } from './model.ts';
import { countEntries, listActive, listDependencies, listEntries, listJournal, listTargets, loadEntry, type EntryFilter } from './store.read.ts';

export type { EntryFilter };

/** One target branch as people see it. */
export interface TargetStatus {
  repositoryId: string;
  target: string;
  /** Worker that writes it now. */
  worker: string | null;
  /** In the order in which they will be tried; `waitsFor` holds ids of change requests that must land first. */
  entries: Array<{ entry: QueueEntry; waitsFor: string[] }>;
}

export interface QueueStatus {
  targets: TargetStatus[];
  /** All entries ever, by state and rung. */
  counts: Array<{ state: QueueEntry['state']; rung: string | null; count: number }>;
}

export interface QueueQueries {
  get(id: string): Promise<QueueEntry | null>;
  list(filter: EntryFilter): Promise<{ items: QueueEntry[]; nextCursor: string | null }>;
  journal(id: string): Promise<JournalRow[]>;
  status(): Promise<QueueStatus>;
}

export function createQueries({ db, clock }: { db: Db; clock: Clock }): QueueQueries {
  return {
    get: async (id) => (await loadEntry(db, id)) ?? null,
    async list(filter) {
      const page = await listEntries(db, filter);
      return { items: page.items, nextCursor: page.next_cursor };
    },
    journal: (id) => listJournal(db, id),
    async status() {
      const [active, targets, counts] = await Promise.all([listActive(db, null), listTargets(db), countEntries(db)]);
      const dependencies = await listDependencies(db, active);
      const now = clock.now();
      const keys = new Map(
        active.map((entry) => [`${entry.repositoryId} ${entry.target}`, { repositoryId: entry.repositoryId, target: entry.target }]),
      );
      const worker = (key: { repositoryId: string; target: string }) =>
        targets.find((row) => row.repositoryId === key.repositoryId && row.target === key.target)?.leaseOwner ?? null;
      const entriesOf = (key: { repositoryId: string; target: string }) =>
        active
          .filter((entry) => entry.repositoryId === key.repositoryId && entry.target === key.target)
          .toSorted((a, b) => Number(a.state === 'queued') - Number(b.state === 'queued') || compareEntries(a, b, now))
          .map((entry) => ({ entry, waitsFor: unmetDependencies(dependencies.get(entry.id) ?? []) }));
      return { counts, targets: [...keys.values()].map((key) => ({ ...key, worker: worker(key), entries: entriesOf(key) })) };
    },
  };
}
