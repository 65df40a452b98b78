export { createReleaseTasks, type ReleaseTasks } from './commands.ts';
export { createReleases, type Releases } from './queries.ts';
export { releaseRoutes } from './routes.ts';
