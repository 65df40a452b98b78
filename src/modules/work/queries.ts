import type { Db } from '#platform/db/index.ts';
import type { Work } from './model.ts';
import { dependenciesOf } from './store.dependencies.ts';
import { listItems } from './store.list.ts';
import * as store from './store.ts';

type WorkQueries = Pick<Work, 'get' | 'getIn' | 'byNumber' | 'byExternalId' | 'list' | 'dependencies' | 'wip' | 'isAssigned'>;

/** Reads of work items. */
export function createWorkQueries(db: Db): WorkQueries {
  return {
    get: async (id) => (await store.itemById(db, id)) ?? null,
    getIn: async (tx, id) => (await store.itemById(tx, id)) ?? null,
    byNumber: async (repositoryId, number) => (await store.itemByNumber(db, repositoryId, number)) ?? null,
    byExternalId: async (source, externalId) => (await store.itemByExternalId(db, source, externalId)) ?? null,
    async list(filter) {
      const rows = await listItems(db, filter);
      const items = rows.slice(0, filter.limit);
      return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
    },
    dependencies: (id) => dependenciesOf(db, id),
    wip: () => store.wipByAssignee(db),
    isAssigned: (assignee) => store.isAssigned(db, assignee),
  };
}
