import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { parseSearch } from './search.ts';

const ledgerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/ledger',
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import('./ledger-page.tsx'), 'LedgerPage'),
});

const entryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/ledger/$seq',
  component: lazyRouteComponent(() => import('./entry-page.tsx'), 'EntryPage'),
});

export const ledgerRoutes = [ledgerRoute, entryRoute];
