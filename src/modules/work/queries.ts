import type { Db } from '#platform/db/index.ts';
import type { Facts, WorkCounts } from './model.lists.ts';
import type { Work, WorkItem } from './model.ts';
import { decideWaits } from './decide.waits.ts';
import { countItems } from './store.counts.ts';
import { dependenciesOf } from './store.dependencies.ts';
import { factsOf } from './store.facts.ts';
import { cursorOf, listItems } from './store.list.ts';
import * as store from './store.ts';

type WorkQueries = Pick<Work, 'get' | 'getIn' | 'byNumber' | 'byExternalId' | 'list' | 'counts' | 'facts' | 'dependencies' | 'wip' | 'isAssigned'>;

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
      const last = items.at(-1);
      return { items, nextCursor: rows.length > filter.limit && last !== undefined ? cursorOf(last, filter.sort) : null };
    },
    async counts(filter) {
      const counts: WorkCounts = { total: 0, waitsForPerson: 0, states: {}, types: {}, priorities: {}, sizes: {}, risks: {}, labels: {} };
      for (const { facet, value, items } of await countItems(db, { ...filter, limit: 1 })) {
        if (facet === 'total') counts.total = items;
        else if (facet === 'waiting') counts.waitsForPerson = items;
        else if (value !== null) counts[facet][value] = items;
      }
      return counts;
    },
    facts: (items) => factsByItem(db, items),
    dependencies: (id) => dependenciesOf(db, id),
    wip: () => store.wipByAssignee(db),
    isAssigned: (assignee) => store.isAssigned(db, assignee),
  };
}

async function factsByItem(db: Db, items: readonly WorkItem[]): Promise<Map<string, Facts>> {
  if (items.length === 0) return new Map();
  const byId = new Map(items.map((item) => [item.id as string, item]));
  const facts = new Map<string, Facts>();
  for (const { id, risk, tasks, tasksLanded, pull, ...standing } of await factsOf(db, [...byId.keys()])) {
    const item = byId.get(id);
    if (item !== undefined) facts.set(id, { risk, tasks, tasksLanded, pull, underWay: standing.underWay, waits: decideWaits(item, standing) });
  }
  return facts;
}
