import type { Actor } from '#kernel/actor.ts';
import type { Home } from './model.ts';
import { readHome, type OverviewDeps } from './queries.ts';

export type { Home } from './model.ts';
export type { OverviewDeps } from './queries.ts';
export { overviewRoutes } from './routes.ts';

/** What a person opens their day with: one read over everything, within the projects they see. */
export interface Overview {
  /** `shown`: rows of each group. */
  home(by: Actor, shown: number): Promise<Home>;
}

export function createOverview(deps: OverviewDeps): Overview {
  return { home: (by, shown) => readHome(deps, by, shown) };
}
