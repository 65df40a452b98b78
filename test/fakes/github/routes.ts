import type { Route } from './route.ts';
import { ACTIONS_ROUTES } from './routes.actions.ts';
import { APP_ROUTES } from './routes.apps.ts';
import { CHECK_ROUTES } from './routes.checks.ts';
import { GIT_ROUTES, GIT_ROUTES_LAST } from './routes.git.ts';
import { GRAPHQL_ROUTES } from './routes.graphql.ts';
import { GUARD_ROUTES } from './routes.guards.ts';
import { HISTORY_ROUTES } from './routes.history.ts';
import { HOOK_ROUTES } from './routes.hooks.ts';
import { ISSUE_ROUTES } from './routes.issues.ts';
import { PULL_ROUTES } from './routes.pulls.ts';
import { RELEASE_ROUTES } from './routes.releases.ts';
import { REPOSITORY_ROUTES } from './routes.repository.ts';

/** Everything the fake answers, the longer path before the shorter. What is not here is 404 and a violation. */
export const ROUTES: Route[] = [
  ...APP_ROUTES,
  ...HOOK_ROUTES,
  ...HISTORY_ROUTES,
  ...ISSUE_ROUTES,
  ...PULL_ROUTES,
  ...CHECK_ROUTES,
  ...ACTIONS_ROUTES,
  ...GUARD_ROUTES,
  ...RELEASE_ROUTES,
  ...GIT_ROUTES,
  ...REPOSITORY_ROUTES,
  ...GIT_ROUTES_LAST,
  ...GRAPHQL_ROUTES,
];
