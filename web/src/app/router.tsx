import { QueryCache, QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { whenSignedOut } from '../api/client.ts';
import { watchPagedLists } from '../api/paged-list.ts';
import { ApiProblem } from '../api/problem.ts';
import { approvalRoutes } from '../features/approvals/routes.tsx';
import { complianceRoutes } from '../features/compliance/routes.tsx';
import { homeRoutes } from '../features/home/routes.tsx';
import { insightRoutes } from '../features/insights/routes.tsx';
import { ledgerRoutes } from '../features/ledger/routes.tsx';
import { pullRoutes } from '../features/pulls/routes.tsx';
import { queueRoutes } from '../features/queue/routes.tsx';
import { runRoutes } from '../features/runs/routes.tsx';
import { settingsRoutes } from '../features/settings/routes.tsx';
import { signInRoutes } from '../features/sign-in/routes.tsx';
import { welcomeRoutes } from '../features/welcome/routes.tsx';
import { workRoutes } from '../features/work/routes.tsx';
import { rootRoute, shellRoute } from './root-route.tsx';
import { sessionEnded } from './session.ts';

const MOST_TRIES = 2;
/** The server may be on this very machine: whether it answers says more than the browser's idea of being online. */
const NETWORK_MODE = 'always';

whenSignedOut(() => sessionEnded(true));

/**
 * Answers are kept until an event makes them old (api/live.ts), so nothing is read again by time alone. A refusal is not tried again: it would be
 * the same.
 */
export const queries = new QueryClient({
  // Who was not signed in when the page was loaded is sent to the sign-in by the route.
  queryCache: new QueryCache({
    onError(error, { queryKey, state }) {
      if (error instanceof ApiProblem && error.isSignedOut && (queryKey[0] !== 'whoami' || state.data !== undefined)) sessionEnded(false);
    },
  }),
  defaultOptions: {
    queries: {
      networkMode: NETWORK_MODE,
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < MOST_TRIES && (!(error instanceof ApiProblem) || error.mayPass),
      retryDelay: (failure) => Math.min(1000 * 2 ** failure, 8000),
      throwOnError: false,
    },
    mutations: { networkMode: NETWORK_MODE, retry: false },
  },
});

watchPagedLists(queries);

const shell = shellRoute.addChildren([
  ...homeRoutes,
  ...welcomeRoutes,
  ...approvalRoutes,
  ...workRoutes,
  ...runRoutes,
  ...queueRoutes,
  ...pullRoutes,
  ...ledgerRoutes,
  ...complianceRoutes,
  ...insightRoutes,
  ...settingsRoutes,
]);

export const router = createRouter({
  routeTree: rootRoute.addChildren([shell, ...signInRoutes]),
  context: { queries },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  // What a page does not understand is left out of its address: otherwise the router hands it the raw value again.
  search: { strict: true },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
