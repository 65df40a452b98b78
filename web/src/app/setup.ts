import { useQuery } from '@tanstack/react-query';
import { api, read, type Answer } from '../api/client.ts';

export type Setup = Answer<'/v1/setup', 'get'>;

/** What this installation has got so far; every event makes it old, like the home it is shown on. */
export function useSetup() {
  return useQuery({
    queryKey: ['home', 'setup'],
    queryFn: ({ signal }) => read(api.GET('/v1/setup', { signal })),
  });
}
