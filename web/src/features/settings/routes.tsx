import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$section', params: { section: 'projects' }, replace: true });
  },
});

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined);

/** `item`: what of a section is open (a project, a person, an agent). `tab`: which of its views. `kind`: an action that is explained. */
const settingsSectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/$section',
  validateSearch: (given: Record<string, unknown>): { item?: string; tab?: string; kind?: string } => {
    const [item, tab, kind] = [text(given['item']), text(given['tab']), text(given['kind'])];
    return { ...(item === undefined ? {} : { item }), ...(tab === undefined ? {} : { tab }), ...(kind === undefined ? {} : { kind }) };
  },
  component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
});

export const settingsRoutes = [settingsRoute, settingsSectionRoute];
