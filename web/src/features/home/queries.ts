import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, read, type Answer } from '../../api/client.ts';

export type Home = Answer<'/v1/home', 'get'>;

/** Names of the projects by their ids. */
export const projectNamesQuery = queryOptions({
  queryKey: ['projects', 'names-by-id'],
  queryFn: async ({ signal }): Promise<Record<string, string>> => {
    const { items } = await read(api.GET('/v1/projects', { params: { query: { limit: 200 } }, signal }));
    return Object.fromEntries(items.map(({ id, name }) => [id, name]));
  },
});

const SHOWN = 6;

/** What needs me, runs, landed and is stuck; every event makes it old. */
export function useHome() {
  return useQuery({
    queryKey: ['home', 'all'],
    queryFn: ({ signal }) => read(api.GET('/v1/home', { params: { query: { shown: SHOWN } }, signal })),
    // Time runs out without an event.
    refetchInterval: 60_000,
  });
}
