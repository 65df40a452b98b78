import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { ENTRY_VIEWS, QUEUE_VIEWS, WINDOWS, type EntryView, type QueueView } from './views.ts';

interface QueueSearch {
  view?: QueueView;
  /** Only of this branch, and of this repository (name or id). */
  target?: string;
  repo?: string;
  hours?: (typeof WINDOWS)[number];
  /** Of what landed only this day, in UTC: `2026-01-31`. */
  day?: string | undefined;
  /** Of what landed only since this moment. */
  since?: string | undefined;
}

interface EntrySearch {
  view?: EntryView;
  /** The plan of undoing it is shown. */
  revert?: true;
}

const oneOf = <T,>(known: readonly T[], value: unknown): T | undefined => known.find((one) => one === value);
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

/** A day as an address says it; another text is none. */
const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** A moment as an address says it, as the server wants it; another text is none. */
function momentOf(value: unknown): string | undefined {
  const at = typeof value === 'string' ? new Date(value) : null;
  return at === null || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Only what is there: an address without a question mark is the board. */
function given<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

const queueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/queue',
  validateSearch: (search: Record<string, unknown>): QueueSearch =>
    given({
      view: oneOf(QUEUE_VIEWS, search['view']),
      target: text(search['target']),
      repo: text(search['repo']),
      hours: oneOf(WINDOWS, search['hours']),
      day: dayOf(search['day']),
      since: momentOf(search['since']),
    }),
  component: lazyRouteComponent(() => import('./queue-page.tsx'), 'QueuePage'),
});

const changeRequestRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/queue/$id',
  validateSearch: (search: Record<string, unknown>): EntrySearch =>
    given({ view: oneOf(ENTRY_VIEWS, search['view']), revert: search['revert'] === true ? (true as const) : undefined }),
  component: lazyRouteComponent(() => import('./change-request-page.tsx'), 'ChangeRequestPage'),
});

export const queueRoutes = [queueRoute, changeRequestRoute];
