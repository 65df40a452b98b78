import { useSyncExternalStore } from 'react';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { api, read, type Answer } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { hasUnsent } from '../ui/unsent.ts';

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

/** `asks`: the session is over, and the page says so in front of everything else. `waits`: that was put off; the page stays as it is. */
export type SessionEnd = 'none' | 'asks' | 'waits';

let end: SessionEnd = 'none';
const watchers = new Set<() => void>();

function become(next: SessionEnd): void {
  if (next === end) return;
  end = next;
  for (const watcher of watchers) watcher();
}

export const useSessionEnd = (): SessionEnd =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => end,
  );

/** The page stays as it is for now. */
export const stayWithoutSession = (): void => become('waits');
/** Somebody is signed in again. */
export const sessionIsBack = (): void => become('none');

/** The sign-in, which leads back to this page. */
export const signInAddress = (): string => `/sign-in?return_to=${encodeURIComponent(`${location.pathname}${location.search}${location.hash}`)}`;

/**
 * The session is over. Where nothing would be lost: to the sign-in, once, and afterwards back here. The page is loaded anew, which forgets
 * everything that was read with the session. Where something was typed or just sent (`deed`), the page stays, and asks (session-ended.tsx).
 */
export function sessionEnded(deed: boolean): void {
  if (leaving || location.pathname.startsWith('/sign-in')) return;
  if (deed) become('asks');
  else if (end === 'none' && hasUnsent()) become('asks');
  else if (end === 'none') {
    leaving = true;
    location.replace(signInAddress());
  }
}

/** Ends the session of this browser and forgets everything that was read with it. One that is over already is as good. */
export async function signOut(): Promise<void> {
  leaving = true;
  try {
    await api.DELETE('/v1/sessions');
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) {
      leaving = false;
      throw error;
    }
  }
  location.assign('/sign-in');
}
