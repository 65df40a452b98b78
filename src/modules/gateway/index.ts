import { createAsk, type GatewayDeps } from './commands.ts';
import { createVersionCommands } from './commands.versions.ts';
import type { Gateway } from './model.ts';
import { createGatewayQueries } from './queries.ts';

export { DEFAULT_BUDGET } from './model.ts';
export type { Answered, CallBudget, Gateway, ModelCall, ModelVersion, Question, Usage } from './model.ts';
export type { GatewayDeps } from './commands.ts';
export type { CallMoney } from './commands.money.ts';
export { createPromptLibrary, type PromptLibrary } from './queries.prompts.ts';
export { fence } from './decide.prompt.ts';
export { MODEL_CALLED } from './events.ts';
export { gatewayRoutes } from './routes.ts';

export function createGateway(deps: GatewayDeps): Gateway {
  return { ask: createAsk(deps), ...createVersionCommands(deps), ...createGatewayQueries(deps.db) };
}
