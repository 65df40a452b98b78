import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

interface WelcomeSearch {
  /** Id of the issue that the first request became: its way is shown. */
  sample?: string;
}

const welcomeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/welcome',
  validateSearch: ({ sample }: Record<string, unknown>): WelcomeSearch =>
    typeof sample === 'string' && /^iss_\w{26}$/.test(sample) ? { sample } : {},
  component: lazyRouteComponent(() => import('./welcome-page.tsx'), 'WelcomePage'),
});

export const welcomeRoutes = [welcomeRoute];
