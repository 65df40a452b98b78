import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../app/root-route.tsx';

interface SignInSearch {
  /** Page to go to afterwards. */
  return_to?: string;
  /** Code of the refusal that an identity provider's answer met. */
  error?: string;
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ return_to: returnTo, error }: Record<string, unknown>): SignInSearch => ({
    ...(typeof returnTo === 'string' ? { return_to: returnTo } : {}),
    ...(typeof error === 'string' ? { error } : {}),
  }),
  component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
});

export const signInRoutes = [signInRoute];
