import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
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

export const figuresQuery = (hours: number) =>
  queryOptions({
    queryKey: ['queue', 'figures', hours],
    queryFn: ({ signal }) => read(api.GET('/v1/queue/figures', { params: { query: { hours } }, signal })),
  });

const START = undefined as string | undefined;
const next = (page: { next_cursor: string | null }): string | undefined => page.next_cursor ?? undefined;
const pageOf = (cursor: string | undefined): { limit: number; cursor?: string } => ({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });

export const landingsQuery = (place: Place) =>
  infiniteQueryOptions({
    queryKey: ['queue', 'landings', place],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/v1/queue/landings', { params: { query: { ...placeOf(place), ...pageOf(pageParam) } }, signal })),
    initialPageParam: START,
    getNextPageParam: next,
  });

export const quarantineQuery = (place: Place) =>
  infiniteQueryOptions({
    queryKey: ['queue', 'quarantine', place],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/v1/queue/quarantine', { params: { query: { ...placeOf(place), ...pageOf(pageParam) } }, signal })),
    initialPageParam: START,
    getNextPageParam: next,
  });

export const rollbacksQuery = (place: Place) =>
  infiniteQueryOptions({
    queryKey: ['queue', 'rollbacks', place],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/v1/queue/rollbacks', { params: { query: { ...placeOf(place), ...pageOf(pageParam) } }, signal })),
    initialPageParam: START,
    getNextPageParam: next,
  });

export const targetsQuery = (text: string) =>
  infiniteQueryOptions({
    queryKey: ['queue', 'targets', text],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/v1/queue/targets', { params: { query: { ...(text === '' ? {} : { text }), ...pageOf(pageParam) } }, signal })),
    initialPageParam: START,
    getNextPageParam: next,
  });

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
