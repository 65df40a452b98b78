import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import { compareFacts, orderFactsOf, unmetDependencies } from '#modules/queue-schedule/index.ts';
import type { TargetMoveRow } from './model.history.ts';
import type { JournalRow, QueueEntry } from './model.ts';
import { listAlarms } from './store.history.ts';
import { listActiveFacts, listTargetFacts, readLatency, type ActiveFacts, type Latency, type TargetFacts } from './store.overview.ts';
import { countEntries, listDependencies, listEntries, listEntriesById, listJournal, loadEntry, type EntryFilter } from './store.read.ts';
import type { TargetKey } from './store.targets.ts';

export type { EntryFilter };

/** One target branch as people see it. */
export interface TargetStatus extends TargetFacts {
  /** Worker that writes it now. */
  worker: string | null;
  /** All that is under way or waits; `entries` holds the first of them. */
  total: number;
  /** In the order in which they will be tried; `waitsFor` holds ids of change requests that must land first. */
  entries: Array<{ entry: QueueEntry; waitsFor: string[] }>;
}

export interface QueueStatus {
  targets: TargetStatus[];
  /** All entries ever, by state and rung. */
  counts: Array<{ state: QueueEntry['state']; rung: string | null; count: number }>;
  /** Targets that somebody rewrote, dropping what had landed. */
  alarms: TargetMoveRow[];
  /** Seconds from submission to landing, of the last day. */
  lastDay: Latency;
}

export interface QueueQueries {
  get(id: string): Promise<QueueEntry | null>;
  list(filter: EntryFilter): Promise<{ items: QueueEntry[]; nextCursor: string | null }>;
  journal(id: string): Promise<JournalRow[]>;
  /** What is under way and waits, at most `limit` entries of each target (default 50). */
  status(limit?: number): Promise<QueueStatus>;
  /** Targets something was ever submitted to; `repo` is an id or a name. */
  targets(filter: TargetFilter): Promise<TargetFacts[]>;
  /** The one target that is meant. AppError not_found, invalid `target_ambiguous` with those it may be. */
  target(filter: TargetFilter): Promise<TargetFacts>;
}

export interface TargetFilter {
  target?: string | undefined;
  repo?: string | undefined;
}

const SHOWN = 50;

export function createQueries({ db, clock }: { db: Db; clock: Clock }): QueueQueries {
  return {
    get: async (id) => (await loadEntry(db, id)) ?? null,
    async list(filter) {
      const page = await listEntries(db, filter);
      return { items: page.items, nextCursor: page.next_cursor };
    },
    journal: (id) => listJournal(db, id),
    targets: (filter) => listTargetFacts(db, filter),
    target: async (filter) => onlyOne(await listTargetFacts(db, filter), filter),
    async status(limit = SHOWN) {
      const [active, targets, counts, alarms, lastDay] = await Promise.all([
        listActiveFacts(db),
        listTargetFacts(db),
        countEntries(db),
        listAlarms(db, null),
        readLatency(db, 24),
      ]);
      // Contents are read of what is shown alone: the rest may be thousands.
      const shown = targets.map((target) => inOrder(active, target, clock.now().getTime()));
      const loaded = new Map(
        (
          await listEntriesById(
            db,
            shown.flatMap((ids) => ids.slice(0, limit)),
          )
        ).map((entry): [string, QueueEntry] => [entry.id, entry]),
      );
      const dependencies = await listDependencies(db, [...loaded.values()]);
      const entriesOf = (ids: readonly string[]) =>
        ids.slice(0, limit).flatMap((id) => {
          const entry = loaded.get(id);
          return entry === undefined ? [] : [{ entry, waitsFor: unmetDependencies(dependencies.get(id) ?? []) }];
        });
      const all = targets.map((target, at) => {
        const ids = shown[at] ?? [];
        return { ...target, worker: target.leaseOwner, total: ids.length, entries: entriesOf(ids) };
      });
      return { counts, alarms, lastDay, targets: all.filter((target) => target.total > 0 || target.control !== 'running') };
    },
  };
}

function onlyOne(found: readonly TargetFacts[], { target, repo }: TargetFilter): TargetFacts {
  const [only] = found;
  if (only === undefined) {
    const where = repo === undefined ? '' : ` in ${repo}`;
    throw new AppError('not_found', target === undefined ? `The queue has no target${where}.` : `Nothing was ever submitted to ${target}${where}.`, {
      code: 'unknown_target',
    });
  }
  if (found.length === 1) return only;
  const candidates = found.slice(0, 20).map((one) => ({ repo: one.repo, repository_id: one.repositoryId, target: one.target }));
  throw new AppError(
    'invalid',
    `${found.length} targets are meant: ${candidates.map((one) => `${one.repo ?? one.repository_id} ${one.target}`).join(', ')}.`,
    {
      code: 'target_ambiguous',
      hint: 'Name the target and its repository (--repo).',
      detail: { candidates },
    },
  );
}

/** Ids of a target: what is under way first, then what waits in the order in which it will be tried. */
function inOrder(active: readonly ActiveFacts[], key: TargetKey, nowMs: number): string[] {
  return active
    .filter((entry) => entry.repositoryId === key.repositoryId && entry.target === key.target)
    .toSorted((a, b) => Number(a.state === 'queued') - Number(b.state === 'queued') || compareFacts(orderFactsOf(a), orderFactsOf(b), nowMs))
    .map(({ id }) => id);
}
