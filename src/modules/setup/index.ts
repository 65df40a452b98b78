export type { DoctorCheck, LocalRepository, SetupView } from './model.ts';
export { createSetup, type Setup, type SetupDeps } from './queries.ts';
export { setupRoutes } from './routes.ts';
