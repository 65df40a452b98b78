import type { Queryable, Statement } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import type { LedgerEntry, LedgerFilter, LedgerSearch } from './model.ts';
import { entryColumns } from './store.ts';

/** `kinds` are whole names here: patterns were looked up before. */
function conditionsOf(search: LedgerSearch): Statement<unknown>[] {
  const conditions: Statement<unknown>[] = [sql`true`];
  if (search.subject !== undefined) conditions.push(sql`subject = ${search.subject}`);
  if (search.kind !== undefined) conditions.push(sql`kind = ${search.kind}`);
  if (search.kinds !== undefined) conditions.push(sql`kind = any(${search.kinds}::text[])`);
  if (search.actor !== undefined) conditions.push(sql`actor = ${search.actor}`);
  if (search.projectId !== undefined) conditions.push(sql`project_id = ${search.projectId}`);
  if (search.workItemId !== undefined) conditions.push(sql`work_item_id = ${search.workItemId}`);
  // As the index has it, word for word: anything else would run the function over every row.
  for (const group of search.names ?? []) conditions.push(sql`ledger_names(actor, subject, work_item_id, payload) && ${group}::text[]`);
  if (search.from !== undefined) conditions.push(sql`occurred_at >= ${search.from}::timestamptz`);
  if (search.to !== undefined) conditions.push(sql`occurred_at < ${search.to}::timestamptz`);
  return conditions;
}

/** One more than `limit`, so that the caller sees whether there is more. */
export async function listEntries(on: Queryable, filter: LedgerFilter, cursor: number | null): Promise<LedgerEntry[]> {
  const descending = filter.order === 'desc';
  const conditions = conditionsOf(filter);
  if (cursor !== null) conditions.push(descending ? sql`seq < ${cursor}` : sql`seq > ${cursor}`);
  if (filter.fromSeq !== undefined) conditions.push(descending ? sql`seq <= ${filter.fromSeq}` : sql`seq >= ${filter.fromSeq}`);
  return on.all(sql<LedgerEntry>`
    select ${entryColumns} from ledger_entries where ${sql.join(conditions, sql` and `)}
    order by seq ${descending ? sql`desc` : sql`asc`} limit ${filter.limit + 1}`);
}

/** Entries that fit, `most` at most: counting further would read the whole ledger for a number nobody uses. */
export async function countEntries(on: Queryable, search: LedgerSearch, most: number): Promise<number> {
  const { count } = await on.one(sql<{ count: number }>`
    select count(*) as count from (
      select 1 from ledger_entries where ${sql.join(conditionsOf(search), sql` and `)} limit ${most}) as fitting`);
  return count;
}

/** Every kind there is, by jumping from one to the next in its index: as many steps as there are kinds, however long the ledger. */
export async function readKinds(on: Queryable): Promise<string[]> {
  const rows = await on.all(sql<{ kind: string }>`
    with recursive found as (
      (select kind from ledger_entries order by kind limit 1)
      union all
      select (select e.kind from ledger_entries e where e.kind > f.kind order by e.kind limit 1) from found f where f.kind is not null)
    select kind from found where kind is not null`);
  return rows.map(({ kind }) => kind);
}

/** The same for actors, `most` at most. */
export async function readActors(on: Queryable, most: number): Promise<string[]> {
  const rows = await on.all(sql<{ actor: string }>`
    with recursive found as (
      (select actor from ledger_entries order by actor limit 1)
      union all
      select (select e.actor from ledger_entries e where e.actor > f.actor order by e.actor limit 1) from found f where f.actor is not null)
    select actor from found where actor is not null limit ${most}`);
  return rows.map(({ actor }) => actor);
}
