import { createIntakeCommands, type IntakeDeps } from './commands.ts';
import type { Intake } from './model.ts';
import { createIntakeQueries } from './queries.ts';

export * from './model.ts';
export * from './model.backfill.ts';
export { createBackfills, type BackfillDeps } from './commands.backfill.ts';
export { createBackfillSteps, type BackfillStepDeps } from './steps.backfill.ts';
export { backfill, BACKFILL_QUEUE, BACKFILL_WORKFLOW } from './workflow.backfill.ts';
export { backfillRoutes } from './routes.backfill.ts';
export { intakeRoutes } from './routes.ts';
export { webhookRoutes } from './routes.webhooks.ts';
export type { IntakeDeps } from './commands.ts';

export function createIntake(deps: IntakeDeps): Intake {
  return { ...createIntakeQueries(deps.db), ...createIntakeCommands(deps) };
}
