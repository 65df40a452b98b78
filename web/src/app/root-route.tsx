import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import { startQuery } from '../api/live.ts';
import { ApiProblem } from '../api/problem.ts';
import { whoamiQuery } from './session.ts';
import { NotFoundPage, ProblemPage } from './problem-page.tsx';
import { Shell } from './shell.tsx';

export interface RouterContext {
  queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ProblemPage,
});

/** Everything behind the sign-in. Who is not signed in is sent there and comes back to where they wanted to go. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  // Asks for the tour, on any page; the shell takes it out of the address.
  validateSearch: ({ tour }: Record<string, unknown>): { tour?: 1 } => (tour === 1 ? { tour } : {}),
  beforeLoad: async ({ context, location }) => {
    try {
      await Promise.all([context.queries.ensureQueryData(whoamiQuery), context.queries.ensureQueryData(startQuery)]);
    } catch (error) {
      context.queries.removeQueries(startQuery);
      if (error instanceof ApiProblem && error.status === 401) throw redirect({ to: '/sign-in', search: { return_to: location.href } });
      throw error;
    }
  },
});
