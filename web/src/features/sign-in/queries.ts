import { useQuery } from '@tanstack/react-query';
import { api, read, type Answer } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';

/** Identity providers people sign in with; an empty list where there are none. */
export function useProviders() {
  return useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => read(api.GET('/v1/auth/providers', { signal })),
    staleTime: Infinity,
  });
}

/** A session for a token. Throws ApiProblem: 401 unknown, expired or revoked; 403 a token that opens none. */
export async function signInWithToken(token: string): Promise<void> {
  await api.POST('/v1/sessions', { headers: { authorization: `Bearer ${token}` } });
}

/** A session for the code of a link. Throws ApiProblem 401 `link_unknown`. */
export function signInWithLink(code: string): Promise<Answer<'/v1/sessions/links/open', 'post'>> {
  return read(api.POST('/v1/sessions/links/open', { body: { code } }));
}

/** Who this browser is signed in as; null: nobody. */
export async function whoIsHere(): Promise<string | null> {
  try {
    return (await read(api.GET('/v1/whoami'))).subject.replace(/^\w+:/, '');
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}
