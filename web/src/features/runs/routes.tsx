import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import type { RunsSearch } from './queries.ts';
import { RUN_TABS, type RunTab } from './run-words.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const SHOWS = ['all', 'working', 'ended'] as const;
const STATES = ['queued', 'preparing', 'running', 'checking', 'succeeded', 'failed', 'cancelled', 'handed_back'] as const;

const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs',
  validateSearch: (search: Record<string, unknown>): Partial<RunsSearch> => ({
    show: SHOWS.find((show) => show === search['show']),
    agent: text(search['agent']),
    role: text(search['role']),
    state: STATES.find((state) => state === search['state']),
  }),
  component: lazyRouteComponent(() => import('./runs-page.tsx'), 'RunsPage'),
});

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$id',
  validateSearch: (search: Record<string, unknown>): { tab?: RunTab | undefined } => ({ tab: RUN_TABS.find((tab) => tab === search['tab']) }),
  component: lazyRouteComponent(() => import('./run-page.tsx'), 'RunPage'),
});

export const runRoutes = [runsRoute, runRoute];
