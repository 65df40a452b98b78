import { createTriageCommands, type TriageDeps } from './commands.ts';
import type { Triage } from './model.ts';
import { createTriageQueries } from './queries.ts';

export { TriageAnswer } from './model.ts';
export type { DuplicateCandidate, Route, StoredTriage, Triage, TriageFacts, TriageResult } from './model.ts';
export type { TriageDeps } from './commands.ts';
export { TRIAGE_DECIDED } from './events.ts';
export { decideByRules } from './decide.rules.ts';
export { DUPLICATE_AT } from './decide.duplicates.ts';
export { renderTriageComment } from './decide.render.ts';
export { triageRoutes } from './routes.ts';

export function createTriage(deps: TriageDeps): Triage {
  return { ...createTriageQueries(deps.db), ...createTriageCommands(deps) };
}
