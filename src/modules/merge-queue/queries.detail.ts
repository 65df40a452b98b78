import { AppError } from '#kernel/errors.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import type { MergeConflict, Mirror } from '#ports/git.ts';
import { summarise, timelineOf, type EntryOrigin, type EntrySummary, type TimelineRow } from './decide.summary.ts';
import { sentenceOfWait, type Waiting } from '#modules/queue-schedule/index.ts';
import type { RollbackRow } from './store.history.ts';
import { lastAttempt, listAlarms, listRollbacksOf } from './store.history.ts';
import type { JournalPosition } from './model.history.ts';
import type { JournalRow, QueueEntry } from './model.ts';
import type { ScheduleQueries } from './queries.schedule.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { describeFiles, type ConflictFile } from './steps.sides.ts';
import { submittedCommit } from './steps.submitted.ts';
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
  files: ConflictFile[];
  /** A later attempt of the task took its place: nothing can be chosen any more. */
  supersededBy: string | null;
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
  const filesOfOnce = rememberFiles();

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
      const last = await lastAttempt(db, entry);
      const now = (await mirror.resolve(`refs/heads/${entry.target}`)) ?? (await mirror.resolve(`refs/remotes/source/${entry.target}`));
      return {
        id: entry.id,
        open: entry.quarantine?.kind === 'conflict' && entry.closedReason === null,
        target: entry.target,
        base: entry.document.base,
        head: conflict.head,
        moved: now !== null && now !== conflict.head,
        files: await filesOfOnce(mirror, entry, conflict),
        supersededBy: last !== undefined && last.attempt > entry.attempt ? last.id : null,
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

/** Whole files of several sides: only of conflicts that somebody has before them. */
const MOST_REMEMBERED = 4;

/** Reads the files of a conflict once for each state of its entry, however many look at it at once. */
function rememberFiles(): (mirror: Mirror, entry: QueueEntry, stored: StoredConflict) => Promise<ConflictFile[]> {
  const known = new Map<string, Promise<ConflictFile[]>>();
  return async (mirror, entry, stored) => {
    const { base } = entry.document;
    // Its commits may come back with a fetch.
    const isHere = (await mirror.resolve(base)) !== null && (await mirror.resolve(stored.head)) !== null;
    const key = `${entry.id}:${entry.version}:${stored.head}:${isHere}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const files = filesOf(mirror, entry, { ...stored, isHere });
    known.set(key, files);
    const [oldest] = known.keys();
    if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
    files.catch(() => known.delete(key));
    return files;
  };
}

/**
 * What was met, and while it is open what else git cannot merge: a structured merge may have settled that on the way to this conflict, and
 * it has to be decided too. Where the commits are gone only the stored sides are told.
 */
async function filesOf(
  mirror: Mirror,
  entry: QueueEntry,
  { conflicts, head, isHere }: StoredConflict & { isHere: boolean },
): Promise<ConflictFile[]> {
  const { base } = entry.document;
  const theirs = isHere ? await submittedCommit(mirror, entry) : base;
  const open = isHere && entry.quarantine?.kind === 'conflict';
  const merged = open ? await mirror.merge({ base, ours: head, theirs }) : null;
  const known = new Set(conflicts.map(({ path }) => path));
  const more = merged?.kind === 'conflict' ? merged.conflicts.filter(({ path }) => !known.has(path)) : [];
  return describeFiles(mirror, { base, ours: head, theirs }, [...conflicts, ...more]);
}

interface StoredConflict {
  conflicts: MergeConflict[];
  head: string;
}

/** The row holds it while somebody must choose; afterwards the journal does. */
function storedConflict(entry: QueueEntry, journal: readonly JournalRow[]): StoredConflict | null {
  if (entry.quarantine?.kind === 'conflict') return entry.quarantine;
  for (const { event, detail } of journal.toReversed()) {
    const reason = event === 'quarantined' ? detail['reason'] : undefined;
    if (isObject(reason) && reason['kind'] === 'conflict') return reason as unknown as StoredConflict;
  }
  return null;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
