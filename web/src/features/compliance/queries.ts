import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import { sha256Of, type Json } from '../../api/canonical.ts';
import { toQuery, toSummaryQuery, type RecordSearch } from './search.ts';

export type ComplianceRow = Item<'/v1/compliance-records'>;
export type Summary = Answer<'/v1/compliance/summary', 'get'>;
export type Document = ComplianceRow['record'];

const PAGE = 25;

export function useRecords(search: RecordSearch) {
  const query = toQuery(search);
  return useInfiniteQuery({
    queryKey: ['compliance', 'records', query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/v1/compliance-records', {
          params: { query: { ...query, order: 'desc', limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next_cursor: next }) => next,
    placeholderData: keepPreviousData,
  });
}

export function useSummary(search: RecordSearch) {
  const query = toSummaryQuery(search);
  return useQuery({
    queryKey: ['compliance', 'summary', query],
    queryFn: ({ signal }) => read(api.GET('/v1/compliance/summary', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useRecord(id: string) {
  return useQuery({
    queryKey: ['compliance', 'record', id],
    queryFn: ({ signal }) => read(api.GET('/v1/compliance-records/{id}', { params: { path: { id } }, signal })),
  });
}

/** The entry of the ledger that vouches for a record. */
export function useVoucher(id: string) {
  return useQuery({
    queryKey: ['ledger', 'voucher', id],
    queryFn: ({ signal }) =>
      read(api.GET('/v1/ledger', { params: { query: { subject: id, kind: 'compliance.recorded', limit: 1 } }, signal })).then(
        ({ items }) => items[0] ?? null,
      ),
  });
}

/** The hash of a record as it is shown, computed in this browser; null: it cannot. */
export function useOwnHash(record: Document) {
  return useQuery({
    // A hash is computed of what is looked at, not taken from what was found before.
    queryKey: ['record-hash', record.id, record],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => sha256Of(record as unknown as Json),
  });
}

/** Walks everything that is stored, so it is asked for by hand. */
export function useInvariants() {
  return useMutation({ mutationFn: () => read(api.GET('/v1/compliance/invariants')) });
}

/** Reads the forge's own history, so it is asked for by hand. */
export function useCompleteness() {
  return useMutation({ mutationFn: (project: string) => read(api.GET('/v1/compliance/completeness', { params: { query: { project } } })) });
}

export function useDeliveries() {
  return useQuery({ queryKey: ['compliance', 'deliveries'], queryFn: ({ signal }) => read(api.GET('/v1/compliance/deliveries', { signal })) });
}

export function useRedeliver() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => read(api.POST('/v1/compliance/deliveries/{id}/retry', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['compliance', 'deliveries'] }),
  });
}

export function useNames() {
  const people = useQuery({
    queryKey: ['people', 'handles'],
    queryFn: ({ signal }) => read(api.GET('/v1/people', { params: { query: { limit: 200 } }, signal })),
    select: ({ items }) => items.map(({ handle }) => handle),
  });
  const projects = useQuery({
    queryKey: ['projects', 'names'],
    queryFn: ({ signal }) => read(api.GET('/v1/projects', { params: { query: { limit: 200 } }, signal })),
    select: ({ items }) => items.map(({ id, key, name }) => ({ id, key, name })),
  });
  const models = useQuery({
    queryKey: ['model-versions', 'names'],
    queryFn: ({ signal }) => read(api.GET('/v1/model-versions', { params: { query: { limit: 200 } }, signal })),
    select: ({ items }) => [...new Set(items.flatMap(({ model, version }) => [model, `${model}@${version}`]))].toSorted(),
  });
  return { people: people.data ?? [], projects: projects.data ?? [], models: models.data ?? [] };
}
