import { useCallback, useState } from 'react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { approvalCountsQuery } from '../../api/approval-counts.ts';
import { api, read, type Answer, type Body, type Item } from '../../api/client.ts';
import { useLiveEvents } from '../../api/live.ts';
import { usePagedList } from '../../api/paged-list.ts';
import type { LiveEvent } from '../../api/topics.ts';
import { underOneKey } from '../../api/under-one-key.ts';
import type { InboxSearch } from './search.ts';

export type Approval = Item<'/v1/approvals'>;
export type Details = Answer<'/v1/approvals/{id}/details', 'get'>;
export type Changes = Answer<'/v1/approvals/{id}/changes', 'get'>;
export type Preview = Answer<'/v1/approvals/{id}/modification', 'post'>;
export type BatchAnswer = Answer<'/v1/approvals/decisions', 'post'>;
export type GlassUse = Item<'/v1/break-glass'>;
export type Decision = Body<'/v1/approvals/{id}/decision', 'post'>;
export type Batch = Body<'/v1/approvals/decisions', 'post'>;

const PAGE = 50;

function filterOf({ show, order, ...filter }: InboxSearch) {
  if (show === 'decided') return { ...filter, status: 'decided' as const, order: 'newest' as const };
  const waiting = { ...filter, status: 'pending' as const, order: order ?? ('expiring' as const) };
  return show === 'all' ? waiting : { ...waiting, mine: 'true' };
}

const keyOf = ({ id }: Approval): string => id;

/** The list of the inbox, page by page. */
export function useInbox(search: InboxSearch) {
  return usePagedList<Approval>({
    queryKey: ['approvals', 'list', search],
    keyOf,
    read: (cursor, signal) =>
      read(
        api.GET('/v1/approvals', {
          params: { query: { ...filterOf(search), limit: PAGE, ...(cursor === null ? {} : { cursor }) } },
          signal,
        }),
      ),
  });
}

export function useCounts() {
  return useQuery(approvalCountsQuery);
}

/** Projects by id, for filters and names. */
export function useProjects() {
  return useQuery({
    queryKey: ['projects', 'names'],
    queryFn: ({ signal }) => read(api.GET('/v1/projects', { params: { query: { limit: 200 } }, signal })),
    staleTime: 5 * 60_000,
  });
}

const detailsKey = (id: string) => ['approvals', 'details', id] as const;

/** One approval with all that is decided on; read again at once when something happens to it, wherever it was decided. */
export function useDetails(id: string) {
  const queries = useQueryClient();
  const listener = useCallback(
    (event: LiveEvent) => {
      if (event.subject === id) void queries.invalidateQueries({ queryKey: detailsKey(id) });
    },
    [id, queries],
  );
  useLiveEvents(listener);
  return useQuery({
    queryKey: detailsKey(id),
    queryFn: ({ signal }) => read(api.GET('/v1/approvals/{id}/details', { params: { path: { id } }, signal })),
  });
}

/** The files it would change, page by page. What two commits hold never changes, so it is not read again by events. */
export function useChanges(id: string) {
  return useInfiniteQuery({
    queryKey: ['approval-changes', id],
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/v1/approvals/{id}/changes', {
          params: { path: { id }, query: { limit: 20, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 10 * 60_000,
  });
}

/** All of one file that a list cut. */
export function readWholeFile(id: string, path: string): Promise<Changes> {
  return read(api.GET('/v1/approvals/{id}/changes', { params: { path: { id }, query: { path } } }));
}

/** What other arguments would make of it; changes nothing. */
export function usePreview(id: string, args: Preview['args'], enabled: boolean) {
  return useQuery({
    queryKey: ['approval-preview', id, args],
    queryFn: ({ signal }) =>
      read(api.POST('/v1/approvals/{id}/modification', { params: { path: { id } }, body: { args: (args ?? {}) as never }, signal })),
    enabled,
    staleTime: 60_000,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
}

const keyed = (key: string) => ({ 'Idempotency-Key': key });

/**
 * Something that is done to one approval, once however often it is pressed after a cut answer (under-one-key.ts). Afterwards approvals are read
 * again, also after a refusal: somebody else was first, or it ran out. That is not waited for: the server has said what counts.
 */
function useDeed<In, Out>(id: string, send: (id: string, input: In, key: string) => Promise<Out>) {
  const queries = useQueryClient();
  const [once] = useState(() => underOneKey((deed: { id: string; input: In }, key: string) => send(deed.id, deed.input, key)));
  return useMutation({
    mutationFn: (input: In) => once({ id, input }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['approvals'] }),
  });
}

/** A decision counts when the server has said so: nothing is shown as decided before. */
export function useDecide(of: string) {
  return useDeed(of, (id, body: Decision, key) =>
    read(api.POST('/v1/approvals/{id}/decision', { params: { path: { id }, header: keyed(key) }, body })),
  );
}

export function useDecideMany() {
  return useDeed('', (_id, body: Batch, key) => read(api.POST('/v1/approvals/decisions', { params: { header: keyed(key) }, body })));
}

export function useNote(of: string) {
  return useDeed(of, (id, body: Body<'/v1/approvals/{id}/notes', 'post'>, key) =>
    read(api.POST('/v1/approvals/{id}/notes', { params: { path: { id }, header: keyed(key) }, body })),
  );
}

export function useReassign(of: string) {
  return useDeed(of, (id, body: Body<'/v1/approvals/{id}/reassign', 'post'>, key) =>
    read(api.POST('/v1/approvals/{id}/reassign', { params: { path: { id }, header: keyed(key) }, body })),
  );
}

/** Proposes the inverse of what was done; the policy decides about it like about any other. */
export function useTakeBack(of: string) {
  return useDeed(of, (id, _input: void, key) => read(api.POST('/v1/actions/{id}/undo', { params: { path: { id }, header: keyed(key) } })));
}

/** Where the emergency exit was opened, the newest action first; there are never many. */
export function useEmergencies() {
  return useInfiniteQuery({
    queryKey: ['approvals', 'emergencies'],
    queryFn: ({ pageParam, signal }) =>
      read(api.GET('/v1/break-glass', { params: { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    // A quarter of an hour runs out without an event.
    refetchInterval: 60_000,
  });
}

/** How the emergency exit of one action stands; null: nobody opened it. */
export function useGlass(action: string) {
  return useQuery({
    queryKey: ['approvals', 'glass', action],
    queryFn: async ({ signal }) => (await read(api.GET('/v1/break-glass', { params: { query: { action, limit: 1 } }, signal }))).items[0] ?? null,
    // A quarter of an hour runs out without an event.
    refetchInterval: ({ state }) => (state.data?.state === 'opened' ? 30_000 : false),
  });
}

export function useBreakGlass(of: string) {
  return useDeed(of, (id, body: Body<'/v1/actions/{id}/break-glass', 'post'>, key) =>
    read(api.POST('/v1/actions/{id}/break-glass', { params: { path: { id }, header: keyed(key) }, body })),
  );
}

/** Writes down what happened where glass was broken; once. */
export function useAccount(of: string) {
  return useDeed(of, (id, body: Body<'/v1/actions/{id}/break-glass/account', 'post'>, key) =>
    read(api.POST('/v1/actions/{id}/break-glass/account', { params: { path: { id }, header: keyed(key) }, body })),
  );
}
