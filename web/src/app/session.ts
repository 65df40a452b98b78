import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, read, type Answer } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';

export type Whoami = Answer<'/v1/whoami', 'get'>;

export const whoamiQuery = queryOptions({
  queryKey: ['whoami'],
  queryFn: ({ signal }) => read(api.GET('/v1/whoami', { signal })),
  staleTime: 60_000,
});

const ORDER = ['viewer', 'developer', 'maintainer', 'manager', 'admin'] as const;

/** Who is signed in, and whether they may: `may('manager')`: that role or one above. The server decides again on every request. */
export function useSession(): { me: Whoami; may(role: (typeof ORDER)[number]): boolean } {
  const { data: me } = useSuspenseQuery(whoamiQuery);
  const own = ORDER.indexOf(me.role as (typeof ORDER)[number]);
  return { me, may: (role) => own >= ORDER.indexOf(role) };
}

let leaving = false;
// A page that the browser had put aside and shows again may have to leave again.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) leaving = false;
});

/**
 * The session is over: to the sign-in, once, and afterwards back here. The page is loaded anew, which forgets everything that was read with the
 * session; drafts that are kept in the browser stay.
 */
export function signInAgain(): void {
  if (leaving || location.pathname.startsWith('/sign-in')) return;
  leaving = true;
  location.replace(`/sign-in?return_to=${encodeURIComponent(`${location.pathname}${location.search}${location.hash}`)}`);
}

/** Ends the session of this browser and forgets everything that was read with it. One that is over already is as good. */
export async function signOut(): Promise<void> {
  try {
    await api.DELETE('/v1/sessions');
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
  }
  leaving = true;
  location.assign('/sign-in');
}
