export { createReleases, type Releases } from './queries.ts';
export { releaseRoutes } from './routes.ts';
