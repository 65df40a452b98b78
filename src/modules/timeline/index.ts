export { createTimeline, type Timeline } from './queries.ts';
export { timelineRoutes } from './routes.ts';
