import type { Db } from '#platform/db/index.ts';
import type { Gateway, PageOf } from './model.ts';
import { callById, listCalls, listVersions, versionById } from './store.ts';

export function createGatewayQueries(db: Db): Pick<Gateway, 'calls' | 'call' | 'versions' | 'version'> {
  return {
    calls: async (filter) => cut(await listCalls(db, filter), filter.limit),
    call: async (id) => (await callById(db, id)) ?? null,
    versions: async (page) => cut(await listVersions(db, page), page.limit),
    version: async (id) => (await versionById(db, id)) ?? null,
  };
}

function cut<T extends { id: string }>(rows: T[], limit: number): PageOf<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
