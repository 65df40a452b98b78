import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { Json } from '../../api/canonical.ts';
import type { ProvenEntry } from './proof.ts';
import { recall, remember } from './remember.ts';
import { toQuery, type LedgerSearch } from './search.ts';
import { judge, verdictOf, type Check, type Material } from './verdict.ts';

export type Entry = Item<'/v1/ledger'>;
export type LedgerState = Answer<'/v1/ledger/state', 'get'>;
export type Verification = Item<'/v1/ledger/verifications'>;

const PAGE = 100;
/** How often a walk of the ledger is asked how far it is. */
const WALK_MS = 700;

/** Where a page of the list lies: downwards from a cursor or an entry, or upwards from an entry. */
interface Place {
  order: 'asc' | 'desc';
  cursor?: string;
  fromSeq?: number;
}

/**
 * The list, newest first, from its beginning or from an entry on, both ways. Its key is no topic of the stream: a long list is not read again for
 * every event; the page says that there is more.
 */
export function useEntries(search: LedgerSearch) {
  const { start } = search;
  const query = toQuery(search);
  return useInfiniteQuery({
    queryKey: ['ledger-entries', query, start ?? null],
    initialPageParam: { order: 'desc', ...(start === undefined ? {} : { fromSeq: start }) } as Place,
    queryFn: async ({ pageParam: { order, cursor, fromSeq }, signal }) => {
      const place = { order, limit: PAGE, ...(cursor === undefined ? {} : { cursor }), ...(fromSeq === undefined ? {} : { from_seq: fromSeq }) };
      const page = await read(api.GET('/v1/ledger', { params: { query: { ...query, ...place } }, signal }));
      const rows = order === 'asc' ? page.items.toReversed() : page.items;
      return { rows, order, next: page.next_cursor };
    },
    getNextPageParam: (last): Place | null => (last.order === 'asc' || last.next === null ? null : { order: 'desc', cursor: last.next }),
    getPreviousPageParam: (first): Place | null => {
      if (start === undefined) return null;
      if (first.order === 'desc') return { order: 'asc', fromSeq: start + 1 };
      return first.next === null ? null : { order: 'asc', cursor: first.next };
    },
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}

export function useEntryCount(search: LedgerSearch) {
  const query = toQuery(search);
  return useQuery({
    queryKey: ['ledger', 'count', query],
    queryFn: ({ signal }) => read(api.GET('/v1/ledger/count', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useLedgerState() {
  return useQuery({
    queryKey: ['ledger', 'state'],
    queryFn: ({ signal }) => read(api.GET('/v1/ledger/state', { signal })),
    // A walk of the ledger tells how far it is when it is asked.
    refetchInterval: ({ state }) => (state.data?.verification?.state === 'running' ? WALK_MS : false),
  });
}

export function useVerifications() {
  return useQuery({
    queryKey: ['ledger', 'verifications'],
    queryFn: ({ signal }) => read(api.GET('/v1/ledger/verifications', { params: { query: { limit: 10 } }, signal })),
    refetchInterval: ({ state }) => (state.data?.items[0]?.state === 'running' ? WALK_MS : false),
  });
}

export function usePlaces() {
  return useQuery({ queryKey: ['ledger', 'places'], queryFn: ({ signal }) => read(api.GET('/v1/ledger/places', { signal })) });
}

/** Begins to walk the ledger on the server. */
export function useVerify() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (range: { from_seq?: number; to_seq?: number }) => read(api.POST('/v1/ledger/verifications', { body: range })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['ledger'] }),
  });
}

/** Names that a search may be narrowed by: people, projects, models with their versions. */
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

export function useEntry(seq: number) {
  return useQuery({
    queryKey: ['ledger-entry', seq],
    queryFn: ({ signal }) => {
      // An address that somebody typed may hold anything.
      if (!Number.isSafeInteger(seq) || seq < 1) throw new ApiProblem(404, { detail: 'Entries have numbers from 1 on.' });
      return read(api.GET('/v1/ledger/{seq}', { params: { path: { seq } }, signal }));
    },
  });
}

export interface Proof {
  checks: Check[];
  verdict: ReturnType<typeof verdictOf>;
  material: Material;
}

/** Fetches the parts of the proof of an entry and puts them together in this browser. */
export function useProof(entry: Entry | undefined) {
  return useQuery({
    queryKey: ['ledger-proof', entry?.seq, entry?.hash],
    enabled: entry !== undefined,
    // A proof is checked when it is looked at, not taken from what was found before.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Proof> => {
      const material = await gather(entry as Entry, signal);
      const checks = await judge(material);
      const verdict = verdictOf(checks);
      if (verdict === 'verified' && material.signed !== null) remember(material.signed.checkpoint);
      return { checks, verdict, material };
    },
  });
}

async function gather(entry: Entry, signal: AbortSignal): Promise<Material> {
  const signed = await read(api.GET('/v1/ledger/checkpoint', { signal })).then(
    ({ checkpoint, public_key: publicKey }) => ({ checkpoint, publicKey }),
    (error: unknown) => {
      if (error instanceof ApiProblem && error.status === 503) return null;
      throw error;
    },
  );
  const size = signed === null ? {} : { tree_size: signed.checkpoint.tree_size };
  const proof = await read(api.GET('/v1/ledger/{seq}/proof', { params: { path: { seq: entry.seq }, query: size }, signal }));
  const { revealed: _, ...fields } = entry;
  const kept = signed === null ? null : recall(signed.checkpoint.origin);
  return {
    entry: { ...fields, payload: fields.payload as ProvenEntry['payload'] },
    proof,
    signed,
    remembered: kept === null ? null : { head: kept, proof: await consistencyOf(kept.tree_size, proof.tree_size, signal) },
  };
}

async function consistencyOf(first: number, second: number, signal: AbortSignal): Promise<NonNullable<Material['remembered']>['proof']> {
  if (first > second) return null;
  return read(api.GET('/v1/ledger/consistency', { params: { query: { first, second } }, signal }));
}

export const payloadOf = (entry: Entry): { readonly [key: string]: Json } => entry.payload as { readonly [key: string]: Json };
