import type { Db } from '#platform/db/index.ts';
import type { WorkItem, WorkState } from './model.ts';
import {
  hasItems,
  hasMerged,
  itemsIdle,
  itemsIn,
  itemsMergedSince,
  namesOf,
  newestRequest,
  type Counted,
  type StandingFilter,
  type StandingItem,
} from './store.standing.ts';

export type { Counted, StandingFilter, StandingItem };

/** How issues stand, counted with the first few of each: for a page that shows everything at once. */
export interface StandingQueries {
  /** In one of these states, the one that changed last first. */
  itemsIn(states: readonly WorkState[], filter: StandingFilter): Promise<Counted<StandingItem>>;
  /** In a state that nothing has happened to since a moment of its own, the longest first. */
  itemsIdle(since: ReadonlyArray<{ state: WorkState; before: Date }>, filter: StandingFilter): Promise<Counted<StandingItem>>;
  /** Merged since a moment, the last one first. */
  itemsMergedSince(since: Date, filter: StandingFilter): Promise<Counted<StandingItem>>;
  /** Number and title by id; what is not there is left out. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, Pick<WorkItem, 'number' | 'title'>>>;
  hasItems(): Promise<boolean>;
  /** What a person typed last. */
  newestRequest(): Promise<Pick<WorkItem, 'id' | 'state'> | null>;
  /** Whether the work of any is where it was to go. */
  hasMerged(): Promise<boolean>;
}

export function createStandingQueries(db: Db): StandingQueries {
  return {
    itemsIn: (states, filter) => itemsIn(db, states, filter),
    itemsIdle: (since, filter) => itemsIdle(db, since, filter),
    itemsMergedSince: (since, filter) => itemsMergedSince(db, since, filter),
    namesOf: async (ids) => new Map((await namesOf(db, ids)).map((item): [string, Pick<WorkItem, 'number' | 'title'>] => [item.id, item])),
    hasItems: () => hasItems(db),
    newestRequest: async () => (await newestRequest(db)) ?? null,
    hasMerged: () => hasMerged(db),
  };
}
