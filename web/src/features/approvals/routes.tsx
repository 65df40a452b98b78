import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { ORDERS, RISKS, SHOWN, type InboxSearch } from './search.ts';

const oneOf = <T,>(known: readonly T[], value: unknown): T | undefined => known.find((one) => one === value);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Only what is there: an address without a question mark is the inbox. */
function given<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>): InboxSearch =>
    given({
      show: oneOf(SHOWN, search['show']),
      order: oneOf(ORDERS, search['order']),
      risk: oneOf(RISKS, search['risk']),
      kind: text(search['kind']),
      project: text(search['project']),
    }),
  component: lazyRouteComponent(() => import('./approvals-page.tsx'), 'ApprovalsPage'),
});

const nothingRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./nothing-chosen.tsx'), 'NothingChosen'),
});

const approvalRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: '$id',
  component: lazyRouteComponent(() => import('./approval-page.tsx'), 'ApprovalPage'),
});

export const approvalRoutes = [inboxRoute.addChildren([nothingRoute, approvalRoute])];
