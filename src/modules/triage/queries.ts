import type { Db } from '#platform/db/index.ts';
import type { Triage } from './model.ts';
import { currentResult, resultsOf } from './store.ts';

export function createTriageQueries(db: Db): Pick<Triage, 'get' | 'history'> {
  return {
    get: async (workItemId) => (await currentResult(db, workItemId))?.result ?? null,
    history: (workItemId) => resultsOf(db, workItemId),
  };
}
