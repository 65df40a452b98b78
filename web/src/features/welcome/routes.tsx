import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

interface WelcomeSearch {
  /** Id of the issue that the first request became: its way is shown. */
  sample?: string;
  /** A new one is asked for, whatever was asked before. */
  another?: true;
}

const welcomeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/welcome',
  validateSearch: ({ sample, another }: Record<string, unknown>): WelcomeSearch => {
    if (typeof sample === 'string' && /^iss_\w{26}$/.test(sample)) return { sample };
    return another === true ? { another } : {};
  },
  component: lazyRouteComponent(() => import('./welcome-page.tsx'), 'WelcomePage'),
});

/** The pages that GitHub sends browsers back to link to this address. */
const githubRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/welcome/github',
  component: lazyRouteComponent(() => import('./github-page.tsx'), 'GithubPage'),
});

export const welcomeRoutes = [welcomeRoute, githubRoute];
