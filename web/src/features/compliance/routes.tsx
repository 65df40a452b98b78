import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { parseSearch } from './search.ts';

const complianceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/compliance',
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import('./compliance-page.tsx'), 'CompliancePage'),
});

const recordRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/compliance/$id',
  component: lazyRouteComponent(() => import('./record-page.tsx'), 'RecordPage'),
});

export const complianceRoutes = [complianceRoute, recordRoute];
