import { AppError } from '#kernel/errors.ts';
import type { JsonValue } from '#kernel/json.ts';
import { toPage, type Page } from '#kernel/page.ts';
import { fromCursor, outcomeOf, plainText, shareOf, toCursor } from './decide.lists.ts';
import type {
  LandingFilter,
  LandingItem,
  ListedCheck,
  ListedEntry,
  ListFilter,
  PlaceFilter,
  QuarantinedItem,
  QueueFigures,
  RollbackItem,
  TargetItem,
} from './model.lists.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { countByRung, countConflicts, readEnded, readSeries, readVerifications } from './store.figures.ts';
import { listAlarms } from './store.history.ts';
import {
  hasLandedAlone,
  landedPlaces,
  listLandingRows,
  listPassedChecks,
  listQuarantinedRows,
  listRollbackRows,
  listRollbacksOfMany,
  listTargetRows,
  standingAside,
  type LandingRow,
  type ListedRow,
  type QuarantinedRow,
  type RollbackListRow,
} from './store.lists.ts';

export interface ListQueries {
  /** What landed, and what was taken back by the queue, newest first; `event` landed: what stands of it. Throws AppError invalid `bad_cursor`, as all lists. */
  landings(filter: LandingFilter): Promise<Page<LandingItem>>;
  /** What was set aside, newest first. */
  quarantined(filter: ListFilter): Promise<Page<QuarantinedItem>>;
  /** How much landed from a moment on and stands, up to `most`, and the newest `limit` of it. */
  landedSince(filter: CountFilter & { since: Date }): Promise<Counted<LandingItem>>;
  /** Whether anything stands landed that was handed in without an issue. */
  hasLandedAlone(): Promise<boolean>;
  /** How much is set aside with no later attempt in its place, up to `most`, and the `limit` of it that waits longest. */
  setAside(filter: CountFilter): Promise<Counted<QuarantinedItem>>;
  /** Confirmed rollbacks and landings put back, newest first, with what became of each. */
  rollbacks(filter: ListFilter): Promise<Page<RollbackItem>>;
  /** Branches something was submitted to, the last active first; `text` is part of a branch's or repository's name. */
  targetList(filter: ListFilter & { text?: string | undefined }): Promise<Page<TargetItem>>;
  /** How the queue did in the last `hours`. */
  figures(filter: PlaceFilter, hours: number): Promise<QueueFigures>;
}

/** `limit`: rows with all that is known of them; `most`: how far is counted. */
export interface CountFilter extends PlaceFilter {
  limit: number;
  most: number;
}

export interface Counted<T> {
  count: number;
  /** There are more than were counted. */
  more: boolean;
  items: T[];
}

const PARTS = 24;

export function createListQueries({ db, clock }: Pick<MergeQueueDeps, 'db' | 'clock'>): ListQueries {
  async function tellerOf(rows: readonly LandingRow[]): Promise<(row: LandingRow) => LandingItem> {
    const ids = [...new Set(rows.map(({ id }) => id))];
    const [checks, rollbacks, alarms] = await Promise.all([listPassedChecks(db, ids), listRollbacksOfMany(db, ids), listAlarms(db, null)]);
    const lost = new Set(alarms.flatMap((alarm) => alarm.lost));
    return (row) => toLanding(row, { checks, rollbacks, lost });
  }
  return {
    async landings({ limit, cursor, ...place }) {
      const rows = await listLandingRows(db, { ...place, before: numberOf(cursor), limit: limit + 1 });
      return toPage(rows, limit, await tellerOf(rows), ({ ordinal }) => toCursor(ordinal));
    },
    async landedSince({ limit, most, since, ...place }) {
      const places = await landedPlaces(db, { ...place, since, most: most + 1 });
      const ordinals = places.slice(0, limit);
      const rows = ordinals.length === 0 ? [] : await listLandingRows(db, { ...place, before: null, limit, ordinals });
      return { count: Math.min(places.length, most), more: places.length > most, items: rows.map(await tellerOf(rows)) };
    },
    hasLandedAlone: () => hasLandedAlone(db),
    async setAside({ limit, most, ...place }) {
      const all = await standingAside(db, { ...place, most: most + 1 });
      const ids = all.slice(0, limit);
      const rows = ids.length === 0 ? [] : await listQuarantinedRows(db, { ...place, before: null, limit, ids });
      const items = rows.map(toQuarantined).toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
      return { count: Math.min(all.length, most), more: all.length > most, items };
    },
    async quarantined({ limit, cursor, ...place }) {
      const rows = await listQuarantinedRows(db, { ...place, before: cursor ?? null, limit: limit + 1 });
      return toPage(rows, limit, toQuarantined, ({ id }) => id);
    },
    async rollbacks({ limit, cursor, ...place }) {
      const rows = await listRollbackRows(db, { ...place, before: cursor ?? null, limit: limit + 1 });
      return toPage(rows, limit, toRollback, ({ id }) => id);
    },
    async targetList({ limit, cursor, ...filter }) {
      const rows = await listTargetRows(db, { ...filter, after: placeOf(cursor), limit: limit + 1 });
      return toPage(
        rows,
        limit,
        (row) => row,
        (row) => toCursor(row.activeAt.toISOString(), row.repositoryId, row.target),
      );
    },
    figures: (filter, hours) => readFigures(db, filter, { to: clock.now(), hours }),
  };
}

async function readFigures(db: MergeQueueDeps['db'], filter: PlaceFilter, { to, hours }: { to: Date; hours: number }): Promise<QueueFigures> {
  const from = new Date(to.getTime() - hours * 3_600_000);
  const window = { from, to };
  const [ended, conflicts, byRung, runs, series] = await Promise.all([
    readEnded(db, filter, window),
    countConflicts(db, filter, window),
    countByRung(db, filter, window),
    readVerifications(db, filter, window),
    readSeries(db, filter, { ...window, parts: PARTS }),
  ]);
  const { p50, p90, p99, landedSmoothly, ...counts } = ended;
  const all = ended.landed + ended.quarantined + ended.dropped;
  const byPart = new Map(series.map((row) => [row.part, row]));
  return {
    ...window,
    ...counts,
    ended: all,
    successShare: shareOf(ended.landed, all),
    conflicts,
    conflictShare: shareOf(conflicts, conflicts + landedSmoothly),
    toLand: { p50, p90, p99 },
    byRung,
    verifications: runs,
    series: Array.from({ length: PARTS }, (_, part) => ({
      from: new Date(from.getTime() + (part * hours * 3_600_000) / PARTS),
      landed: byPart.get(part)?.landed ?? 0,
      quarantined: byPart.get(part)?.quarantined ?? 0,
    })),
  };
}

const badCursor = (): AppError => new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });

function numberOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^\d{1,15}$/.test(cursor)) throw badCursor();
  return Number(cursor);
}

function placeOf(cursor: string | undefined): { activeAt: Date; repositoryId: string; target: string } | null {
  if (cursor === undefined) return null;
  const [at, repositoryId, target] = fromCursor(cursor, 3) ?? [];
  const activeAt = new Date(at ?? '');
  if (repositoryId === undefined || target === undefined || Number.isNaN(activeAt.getTime())) throw badCursor();
  return { activeAt, repositoryId, target };
}

function toListed(row: ListedRow): ListedEntry {
  const { id, projectId, repositoryId, repo, target, onMain, taskId, attempt, state, rung, submittedBy, submittedAt } = row;
  const place = { id, projectId, repositoryId, repo, target, onMain, taskId, attempt, state, rung, submittedBy, submittedAt };
  const { issueId, issueNumber, issueTitle, issueUrl, runId, agent } = row;
  return {
    ...place,
    summary: (plainText(row.summary) ?? '').split('\n')[0] ?? '',
    reverts: plainText(row.reverts),
    issue: issueId === null ? null : { id: issueId, number: issueNumber, title: issueTitle ?? '', url: issueUrl },
    run: runId === null ? null : { id: runId, agent: agent ?? '' },
  };
}

interface Around {
  checks: ReadonlyMap<string, JsonValue>;
  rollbacks: readonly RollbackListRow[];
  lost: ReadonlySet<string>;
}

function toLanding(row: LandingRow, { checks, rollbacks, lost }: Around): LandingItem {
  const { ordinal, event, at } = row;
  return {
    ...toListed(row),
    ordinal,
    event,
    at,
    commit: plainText(row.commit) ?? '',
    tree: plainText(row.tree),
    verifiedTree: plainText(row.verifiedTree),
    checks: toChecks(checks.get(row.id)),
    rollbacks: rollbacks
      .filter(({ rollsBack }) => rollsBack.includes(row.id))
      .map(({ id, kind, state, entryState }) => ({ id, kind, state, outcome: outcomeOf(state, entryState) })),
    lost: lost.has(row.id),
  };
}

function toChecks(value: JsonValue | undefined): ListedCheck[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return [];
    const { name, exit_code: code } = one;
    return typeof name === 'string' ? [{ name, exitCode: typeof code === 'number' ? code : null }] : [];
  });
}

function toQuarantined(row: QuarantinedRow): QuarantinedItem {
  const { since, retries, supersededBy, lastError } = row;
  const names = row.names.flatMap((name) => plainText(name) ?? []);
  return { ...toListed(row), kind: plainText(row.kind) ?? '', reason: lastError, names, since, retries, supersededBy };
}

function toRollback({ rollsBack, entryState, ...row }: RollbackListRow): RollbackItem {
  return { ...row, changeRequests: rollsBack, outcome: outcomeOf(row.state, entryState) };
}
