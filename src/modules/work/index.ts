import { createWorkCommands, type WorkDeps } from './commands.ts';
import type { Work } from './model.ts';
import { createWorkQueries } from './queries.ts';

export * from './model.ts';
export { workRoutes } from './routes.ts';
export type { WorkDeps } from './commands.ts';

export function createWork(deps: WorkDeps): Work {
  return { ...createWorkQueries(deps.db), ...createWorkCommands(deps) };
}
