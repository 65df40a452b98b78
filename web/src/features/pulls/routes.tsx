import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { PULL_TABS, WAITS_WORDS, type PullTab } from './pull-words.ts';
import type { PullsSearch } from './queries.ts';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
const WAITS = Object.keys(WAITS_WORDS) as Array<keyof typeof WAITS_WORDS>;

const pullsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/pulls',
  validateSearch: (search: Record<string, unknown>): PullsSearch => ({
    view: search['view'] === 'reviewers' ? 'reviewers' : undefined,
    state: (['open', 'merged', 'closed', 'all'] as const).find((state) => state === search['state']),
    author: (['agent', 'person'] as const).find((author) => author === search['author']),
    waits: WAITS.find((waits) => waits === search['waits']),
    on: text(search['on']),
    q: text(search['q']),
  }),
  component: lazyRouteComponent(() => import('./pulls-page.tsx'), 'PullsPage'),
});

const pullRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/pulls/$id',
  validateSearch: (search: Record<string, unknown>): { tab?: PullTab | undefined } => ({ tab: PULL_TABS.find((tab) => tab === search['tab']) }),
  component: lazyRouteComponent(() => import('./pull-page.tsx'), 'PullPage'),
});

export const pullRoutes = [pullsRoute, pullRoute];
