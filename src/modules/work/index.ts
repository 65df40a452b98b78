import { createWorkCommands, type WorkDeps } from './commands.ts';
import type { Work } from './model.ts';
import { createWorkQueries } from './queries.ts';

export * from './model.ts';
export { createSavedViews } from './commands.views.ts';
export { workRoutes } from './routes.ts';
export { viewRoutes } from './routes.views.ts';
export type { WorkDeps } from './commands.ts';
export { createStandingQueries, type Counted, type StandingItem, type StandingQueries } from './queries.standing.ts';

export function createWork(deps: WorkDeps): Work {
  return { ...createWorkQueries(deps.db), ...createWorkCommands(deps) };
}
