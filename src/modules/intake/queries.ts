import type { Db } from '#platform/db/index.ts';
import type { Intake } from './model.ts';
import * as store from './store.ts';

/** Reads of events and raw deliveries. */
export function createIntakeQueries(db: Db): Pick<Intake, 'get' | 'list' | 'newest' | 'lastHeard' | 'raw'> {
  return {
    get: async (id) => (await store.eventById(db, id)) ?? null,
    async list(filter) {
      const rows = await store.listEvents(db, filter);
      const items = rows.slice(0, filter.limit);
      return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
    },
    newest: (forge, repository) => store.newestOf(db, forge, repository),
    lastHeard: async (source) => (await store.newestFrom(db, source)) ?? null,
    raw: async (id) => (await store.rawOf(db, id)) ?? null,
  };
}
