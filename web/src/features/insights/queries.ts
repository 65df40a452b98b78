import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, read, type Answer, type Item } from '../../api/client.ts';
import { windowOf, type MetricSearch } from './search.ts';

export type Definition = Item<'/v1/metrics'>;
export type Series = Answer<'/v1/metrics/{metric}/series', 'get'>;
export type Bucket = Series['buckets'][number];
export type Distribution = Answer<'/v1/metrics/{metric}/distribution', 'get'>;
export type Sample = Answer<'/v1/metrics/{metric}/samples', 'get'>['items'][number];

/** Events renew figures (api/topics.ts); by time they are read again for what makes none, such as a look at an approval and the days themselves. */
const RENEW_MS = 60_000;
const common = { placeholderData: keepPreviousData, refetchInterval: RENEW_MS, refetchIntervalInBackground: false } as const;

/** What of a search says which figures: the same key, the same figures. */
const about = ({ project, days, from, to }: MetricSearch) => ({ project, days, from, to });

function asked(search: MetricSearch): { project?: string; from: string; to: string } {
  const { from, to } = windowOf(search, Date.now());
  return { ...(search.project === undefined ? {} : { project: search.project }), from, to };
}

export function useDefinitions() {
  return useQuery({ queryKey: ['metrics'], queryFn: ({ signal }) => read(api.GET('/v1/metrics', { signal })), staleTime: Number.POSITIVE_INFINITY });
}

export function useSeries(metric: string, search: MetricSearch, split = false) {
  const { bucket = 'day', by } = search;
  const dimension = split && by !== undefined ? { by } : {};
  return useQuery({
    ...common,
    queryKey: ['insights', 'series', metric, about(search), bucket, dimension],
    queryFn: ({ signal }) =>
      read(api.GET('/v1/metrics/{metric}/series', { params: { path: { metric }, query: { ...asked(search), bucket, ...dimension } }, signal })),
  });
}

/** The figure of the window before, for comparison. */
export function useBefore(metric: string, search: MetricSearch) {
  return useQuery({
    ...common,
    queryKey: ['insights', 'before', metric, about(search)],
    queryFn: ({ signal }) => {
      const { before } = windowOf(search, Date.now());
      const query = { ...before, ...(search.project === undefined ? {} : { project: search.project }) };
      return read(api.GET('/v1/metrics/{metric}', { params: { path: { metric }, query }, signal }));
    },
  });
}

export function useDistribution(metric: string, search: MetricSearch) {
  return useQuery({
    ...common,
    queryKey: ['insights', 'distribution', metric, about(search)],
    queryFn: ({ signal }) => read(api.GET('/v1/metrics/{metric}/distribution', { params: { path: { metric }, query: asked(search) }, signal })),
  });
}

const PAGE = 25;

export function useSamples(metric: string, search: MetricSearch) {
  const counted = search.samples === 'left_out' ? 'false' : 'true';
  return useInfiniteQuery({
    queryKey: ['insights', 'samples', metric, about(search), counted],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      read(
        api.GET('/v1/metrics/{metric}/samples', {
          params: { path: { metric }, query: { ...asked(search), counted, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next_cursor: next }) => next,
    placeholderData: keepPreviousData,
  });
}

export function useProjects() {
  return useQuery({
    queryKey: ['projects', 'names'],
    queryFn: ({ signal }) => read(api.GET('/v1/projects', { params: { query: { limit: 200 } }, signal })),
    select: ({ items }) => items.map(({ id, key, name }) => ({ id, key, name })),
  });
}
