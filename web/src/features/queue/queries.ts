import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import type { PagedList } from '../../api/paged-list.ts';
import { isMoving } from './board.ts';

export type Landing = Item<'/v1/queue/landings'>;
export type Quarantined = Item<'/v1/queue/quarantine'>;
export type RollbackItem = Item<'/v1/queue/rollbacks'>;
export type TargetItem = Item<'/v1/queue/targets'>;
export type Figures = Answer<'/v1/queue/figures', 'get'>;
export type EntryDetail = Answer<'/v1/change-requests/{id}', 'get'>;
export type Diff = Answer<'/v1/change-requests/{id}/diff', 'get'>;
export type RollbackPlan = Answer<'/v1/queue/rollback/plan', 'post'>;
export type Preview = Answer<'/v1/change-requests/{id}/resolve/preview', 'post'>;

/** Steps between merging and landing are told by no event: while something moves it is looked at again. */
const LOOK_MS = 2000;
const PAGE = 50;
/** The server shows so many of each target; `total` tells of more. */
const SHOWN = 100;

/** What of the queue is meant; empty: all of it. */
export interface Place {
  target?: string | undefined;
  repo?: string | undefined;
}

const placeOf = ({ target, repo }: Place): { target?: string; repository?: string } => ({
  ...(target === undefined ? {} : { target }),
  ...(repo === undefined ? {} : { repository: repo }),
});

export const statusQuery = queryOptions({
  queryKey: ['queue', 'status'],
  queryFn: ({ signal }) => read(api.GET('/v1/queue', { params: { query: { limit: SHOWN } }, signal })),
  refetchInterval: ({ state }) => (isMoving(state.data) ? LOOK_MS : false),
});

/** `project`: of this one alone; null: of all. */
export const figuresQuery = (hours: number, project: string | null) =>
  queryOptions({
    queryKey: ['queue', 'figures', hours, project],
    queryFn: ({ signal }) => read(api.GET('/v1/queue/figures', { params: { query: { hours, ...(project === null ? {} : { project }) } }, signal })),
    placeholderData: keepPreviousData,
  });

const pageOf = (cursor: string | null): { limit: number; cursor?: string } => ({ limit: PAGE, ...(cursor === null ? {} : { cursor }) });

const DAY_MS = 24 * 60 * 60_000;

/** When something landed, as a list is narrowed to it; empty: at any time. */
export interface When {
  /** A day of UTC: `2026-01-31`. */
  day?: string | undefined;
  /** From this moment on: where the figures begin to count. */
  since?: string | undefined;
}

/** What landed then, as the home page and the figures count it: what the queue took back by itself is none. */
function during({ day, since }: When): { event?: 'landed'; from?: string; to?: string } {
  if (day !== undefined) return { event: 'landed', from: `${day}T00:00:00Z`, to: new Date(Date.parse(day) + DAY_MS).toISOString() };
  return since === undefined ? {} : { event: 'landed', from: since };
}

export const landingList = (place: Place, when: When = {}): PagedList<Landing> => ({
  queryKey: ['queue', 'landings', place, when.day ?? when.since ?? null],
  keyOf: keyOfLanding,
  read: (cursor, signal) =>
    read(api.GET('/v1/queue/landings', { params: { query: { ...placeOf(place), ...during(when), ...pageOf(cursor) } }, signal })),
});
const keyOfLanding = (item: Landing): string => `${item.id}:${item.event}:${item.at}`;

export const quarantineList = (place: Place): PagedList<Quarantined> => ({
  queryKey: ['queue', 'quarantine', place],
  keyOf: keyOfRow,
  read: (cursor, signal) => read(api.GET('/v1/queue/quarantine', { params: { query: { ...placeOf(place), ...pageOf(cursor) } }, signal })),
});
const keyOfRow = ({ id }: { id: string }): string => id;

export const rollbackList = (place: Place): PagedList<RollbackItem> => ({
  queryKey: ['queue', 'rollbacks', place],
  keyOf: keyOfRow,
  read: (cursor, signal) => read(api.GET('/v1/queue/rollbacks', { params: { query: { ...placeOf(place), ...pageOf(cursor) } }, signal })),
});

export const targetList = (text: string): PagedList<TargetItem> => ({
  queryKey: ['queue', 'targets', text],
  keyOf: keyOfTarget,
  keepsRows: true,
  read: (cursor, signal) =>
    read(api.GET('/v1/queue/targets', { params: { query: { ...(text === '' ? {} : { text }), ...pageOf(cursor) } }, signal })),
});
const keyOfTarget = (item: TargetItem): string => `${item.repository_id} ${item.target}`;

const ACTIVE: ReadonlySet<string> = new Set(['queued', 'merging', 'verifying', 'publishing']);

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ['change-requests', id, 'detail'],
    queryFn: ({ signal }) => read(api.GET('/v1/change-requests/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && ACTIVE.has(state.data.state) ? LOOK_MS : false),
  });

export const conflictQuery = (id: string) =>
  queryOptions({
    queryKey: ['change-requests', id, 'conflict'],
    queryFn: ({ signal }) => read(api.GET('/v1/change-requests/{id}/conflict', { params: { path: { id } }, signal })),
  });

/** What was submitted does not change any more. */
export const diffQuery = (id: string) =>
  queryOptions({
    queryKey: ['change-request-diff', id],
    queryFn: ({ signal }) => read(api.GET('/v1/change-requests/{id}/diff', { params: { path: { id } }, signal })),
    staleTime: Infinity,
  });

export const planQuery = (id: string, withDependents: boolean) =>
  queryOptions({
    queryKey: ['queue', 'plan', id, withDependents],
    queryFn: ({ signal }) => read(api.POST('/v1/queue/rollback/plan', { body: { change_request: id, with_dependents: withDependents }, signal })),
  });
