import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { SavedView } from './model.views.ts';

/** One's own first, then those of others that everybody sees, each in the order of making. */
export function viewsFor(on: Queryable, owner: string): Promise<SavedView[]> {
  return on.all(sql<SavedView>`select * from saved_views where owner = ${owner} or shared order by owner <> ${owner}, id`);
}

export function lockView(tx: Tx, id: string): Promise<SavedView | undefined> {
  return tx.maybe(sql<SavedView>`select * from saved_views where id = ${id} for update`);
}

export async function countViews(on: Queryable, owner: string): Promise<number> {
  return (await on.one(sql<{ views: number }>`select count(*)::int as views from saved_views where owner = ${owner}`)).views;
}

const TAKEN = 'You have a view of this name already.';

export async function insertView(tx: Tx, view: SavedView): Promise<void> {
  await withIntegrity({ taken: TAKEN }, () =>
    tx.run(sql`insert into saved_views (id, owner, name, shared, filters, version, created_at, updated_at)
      values (${view.id}, ${view.owner}, ${view.name}, ${view.shared}, ${json(view.filters)}, ${view.version}, ${view.createdAt}, ${view.updatedAt})`),
  );
}

export async function saveView(tx: Tx, view: SavedView): Promise<void> {
  await withIntegrity({ taken: TAKEN }, () =>
    tx.run(sql`update saved_views set name = ${view.name}, shared = ${view.shared}, filters = ${json(view.filters)}, version = ${view.version},
      updated_at = ${view.updatedAt} where id = ${view.id}`),
  );
}

export async function deleteView(tx: Tx, id: string): Promise<void> {
  await tx.run(sql`delete from saved_views where id = ${id}`);
}

/** Ids and keys of these projects. */
export async function namesOfProjects(on: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const rows = await on.all(sql<{ id: string; key: string }>`select id, key from projects where id = any(${[...ids]})`);
  return new Set(rows.flatMap(({ id, key }) => [id, key]));
}
