import { AppError } from '#kernel/errors.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { MergeConflict } from '#ports/git.ts';
import { summarise, timelineOf, type EntryOrigin, type EntrySummary, type TimelineRow } from './decide.summary.ts';
import { sentenceOfWait, type Waiting } from '#modules/queue-schedule/index.ts';
import type { RollbackRow } from './store.history.ts';
import { listAlarms, listRollbacksOf } from './store.history.ts';
import type { JournalPosition } from './model.history.ts';
import type { JournalRow, QueueEntry } from './model.ts';
import type { ScheduleQueries } from './queries.schedule.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { endOfJournal, followJournal, type FollowedRow } from './store.overview.ts';
import { listJournal, loadEntry } from './store.read.ts';

const NO_ORIGIN: EntryOrigin = { issue: null, plan: null, task: null, run: null, publication: null };

/** The conflict an entry was set aside for, file by file. */
export interface ConflictView {
  id: string;
  /** True while the entry waits for a choice. */
  open: boolean;
  target: string;
  base: string;
  /** What it met; `moved`: the target has gone on since. */
  head: string;
  moved: boolean;
  files: MergeConflict[];
}

export interface EntryDetail {
  entry: QueueEntry;
  journal: JournalRow[];
  timeline: TimelineRow[];
  summary: EntrySummary;
  rollbacks: RollbackRow[];
  /** Why it has not landed; null when it is ended. */
  waiting: (Waiting & { sentence: string }) | null;
  /** It landed, and is no longer on its branch. */
  lost: boolean;
}

export interface DetailQueries {
  /** Everything about one change request, from the request to the commit. AppError not_found. */
  detail(id: string): Promise<EntryDetail>;
  /** AppError not_found, conflict `no_conflict` when it never was in conflict. */
  conflict(id: string): Promise<ConflictView>;
  /** Every transition of every entry, in order, after a position; `null` is the end of the journal. */
  follow(after: JournalPosition | null, limit: number): Promise<{ rows: FollowedRow[]; position: JournalPosition }>;
}

export function createDetailQueries(deps: MergeQueueDeps, schedule: ScheduleQueries): DetailQueries {
  const { db } = deps;

  async function found(id: string): Promise<QueueEntry> {
    const entry = await loadEntry(db, id);
    if (entry === undefined) throw new AppError('not_found', `There is no change request ${id}.`);
    return entry;
  }

  async function waitingOf(entry: QueueEntry): Promise<EntryDetail['waiting']> {
    if (!ACTIVE.has(entry.state)) return null;
    const { waiting } = await schedule.schedule(entry);
    const known = waiting.get(entry.id);
    return known === undefined ? null : { ...known, sentence: sentenceOfWait(known.wait, deps.clock.now().getTime()) };
  }

  return {
    async detail(id) {
      const entry = await found(id);
      const [journal, rollbacks, alarms] = await Promise.all([listJournal(db, id), listRollbacksOf(db, id), listAlarms(db, entry)]);
      const origin = { ...NO_ORIGIN, ...(await deps.origin?.(entry)) };
      const undoneBy = rollbacks.filter((row) => row.kind === 'rollback' && row.rollsBack.includes(id)).map((row) => row.changeRequestId ?? row.id);
      return {
        entry,
        journal,
        rollbacks,
        timeline: timelineOf(journal, origin),
        summary: summarise(entry, journal, { origin, rolledBackBy: undoneBy }),
        waiting: await waitingOf(entry),
        lost: alarms.some(({ lost }) => lost.includes(id)),
      };
    },

    async conflict(id) {
      const entry = await found(id);
      const conflict = storedConflict(entry, await listJournal(db, id));
      if (conflict === null) throw new AppError('conflict', `${id} was never in conflict.`, { code: 'no_conflict', detail: { state: entry.state } });
      const mirror = await deps.mirrors(entry.repositoryId);
      const now = (await mirror.resolve(`refs/heads/${entry.target}`)) ?? (await mirror.resolve(`refs/remotes/source/${entry.target}`));
      return {
        id: entry.id,
        open: entry.quarantine?.kind === 'conflict',
        target: entry.target,
        base: entry.document.base,
        head: conflict.head,
        moved: now !== null && now !== conflict.head,
        files: conflict.conflicts,
      };
    },

    async follow(after, limit) {
      if (after === null) return { rows: [], position: await endOfJournal(db) };
      const rows = await followJournal(db, after, limit);
      const last = rows.at(-1);
      return { rows, position: last === undefined ? after : { xid: last.xid, ordinal: last.ordinal } };
    },
  };
}

const ACTIVE: ReadonlySet<string> = new Set(['queued', 'merging', 'verifying', 'publishing']);

/** The row holds it while somebody must choose; afterwards the journal does. */
function storedConflict(entry: QueueEntry, journal: readonly JournalRow[]): { conflicts: MergeConflict[]; head: string } | null {
  if (entry.quarantine?.kind === 'conflict') return entry.quarantine;
  for (const { event, detail } of journal.toReversed()) {
    const reason = event === 'quarantined' ? detail['reason'] : undefined;
    if (isObject(reason) && reason['kind'] === 'conflict') return reason as unknown as { conflicts: MergeConflict[]; head: string };
  }
  return null;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
