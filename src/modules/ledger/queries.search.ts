import type { Db } from '#platform/db/index.ts';
import { kindsLike } from './decide.search.ts';
import type { EntryCount, LedgerFacets, LedgerSearch } from './model.ts';
import { countEntries, readActors, readKinds } from './store.search.ts';

/** Counted so far and no further. */
export const MOST_COUNTED = 10_000;

/** Actors a form offers; whoever is not among them is typed. */
const MOST_ACTORS = 200;

/** Patterns among the kinds become the kinds that there are: a list of names is what the index can use. */
export async function withWholeKinds<T extends LedgerSearch>(db: Db, search: T): Promise<T> {
  if (search.kinds === undefined || !search.kinds.some((kind) => kind.includes('*'))) return search;
  return { ...search, kinds: kindsLike(search.kinds, await readKinds(db)) };
}

export async function countFound(db: Db, search: LedgerSearch): Promise<EntryCount> {
  const found = await countEntries(db, await withWholeKinds(db, search), MOST_COUNTED + 1);
  return { count: Math.min(found, MOST_COUNTED), capped: found > MOST_COUNTED };
}

export async function readFacets(db: Db): Promise<LedgerFacets> {
  const actors = await readActors(db, MOST_ACTORS + 1);
  return { kinds: await readKinds(db), actors: actors.slice(0, MOST_ACTORS), actorsCut: actors.length > MOST_ACTORS };
}
