import type { Queryable } from '#platform/db/index.ts';
import type { QueueEntry } from './model.ts';
import { listActiveVersions, listEntriesById, listRowsWithoutContents } from './store.read.ts';
import type { TargetKey } from './store.targets.ts';

/**
 * The entries of one target that are under way or waiting, as its worker reads them at each look. What is in a row at a version
 * never changes, and its contents never change at all: only what moved since the last look is read again, and contents once.
 */
export interface ActiveRows {
  read(on: Queryable, key: TargetKey): Promise<QueueEntry[]>;
}

export function createActiveRows(): ActiveRows {
  let known = new Map<string, QueueEntry>();
  return {
    async read(on, key) {
      const now = await listActiveVersions(on, key);
      const moved = now.filter(({ id, version }) => known.has(id) && known.get(id)?.version !== version);
      const fresh = now.filter(({ id }) => !known.has(id));
      const next = new Map(now.flatMap(({ id }): Array<[string, QueueEntry]> => toPair(known.get(id))));
      if (moved.length > 0) {
        for (const row of await listRowsWithoutContents(on, moved.map(idOf))) {
          const before = next.get(row.id);
          if (before !== undefined) next.set(row.id, { ...before, ...row });
        }
      }
      if (fresh.length > 0) for (const entry of await listEntriesById(on, fresh.map(idOf))) next.set(entry.id, entry);
      known = next;
      // Between the two looks somebody may have taken an entry out.
      return now.flatMap(({ id }) => toPair(next.get(id)).map(([, entry]) => entry)).filter(({ state }) => ACTIVE.has(state));
    },
  };
}

const ACTIVE: ReadonlySet<string> = new Set<QueueEntry['state']>(['queued', 'merging', 'verifying', 'publishing']);

const idOf = ({ id }: { id: string }): string => id;

const toPair = (entry: QueueEntry | undefined): Array<[string, QueueEntry]> => (entry === undefined ? [] : [[entry.id, entry]]);
