import { createIntakeCommands, type IntakeDeps } from './commands.ts';
import type { Intake } from './model.ts';
import { createIntakeQueries } from './queries.ts';

export * from './model.ts';
export { intakeRoutes } from './routes.ts';
export { webhookRoutes } from './routes.webhooks.ts';
export type { IntakeDeps } from './commands.ts';

export function createIntake(deps: IntakeDeps): Intake {
  return { ...createIntakeQueries(deps.db), ...createIntakeCommands(deps) };
}
