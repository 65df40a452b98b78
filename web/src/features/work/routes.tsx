import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../app/root-route.tsx';
import { ISSUE_VIEWS, parseSearch, type IssueView, type WorkSearch } from './search.ts';

interface IssueSearch {
  view?: IssueView;
  /** Everything on record, not only what a person would tell. */
  all?: true;
}

const workRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/work',
  validateSearch: (search: Record<string, unknown>): WorkSearch => parseSearch(search),
  component: lazyRouteComponent(() => import('./work-page.tsx'), 'WorkPage'),
});

const issueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/work/$id',
  validateSearch: (search: Record<string, unknown>): IssueSearch => {
    const view = ISSUE_VIEWS.find((one) => one === search['view'] && one !== 'story');
    return { ...(view === undefined ? {} : { view }), ...(search['all'] === true ? { all: true as const } : {}) };
  },
  component: lazyRouteComponent(() => import('./issue-page.tsx'), 'IssuePage'),
});

export const workRoutes = [workRoute, issueRoute];
