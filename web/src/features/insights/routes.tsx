import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { parseSearch } from './search.ts';

const metricsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/insights',
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import('./metrics-page.tsx'), 'MetricsPage'),
});

const metricRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/insights/$metric',
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import('./metric-page.tsx'), 'MetricPage'),
});

export const insightRoutes = [metricsRoute, metricRoute];
