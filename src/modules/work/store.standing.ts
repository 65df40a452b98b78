import { sql, type Queryable } from '#platform/db/index.ts';
import type { WorkItem, WorkState } from './model.ts';

/** What a row about an issue says: enough to name it and to say how it stands. */
export type StandingItem = Pick<
  WorkItem,
  'id' | 'projectId' | 'repositoryId' | 'number' | 'title' | 'url' | 'state' | 'stateReason' | 'assignee' | 'updatedAt'
>;

export interface StandingFilter {
  /** Only of these projects; null: of all. */
  projectIds: readonly string[] | null;
  limit: number;
}

/** Some rows and how many there are in all. */
export interface Counted<T> {
  count: number;
  items: T[];
}

type Row = StandingItem & { all: number };

const columns = sql.raw(
  'id, project_id, repository_id, number, title, url, state, state_reason, assignee, updated_at, count(*) over ()::int as "all"',
);

const among = ({ projectIds }: StandingFilter) => (projectIds === null ? sql`true` : sql`project_id = any(${[...projectIds]}::text[])`);

function counted(rows: readonly Row[]): Counted<StandingItem> {
  return { count: rows[0]?.all ?? 0, items: rows.map(({ all: _all, ...item }) => item) };
}

/** Items in one of the states, the one that changed last first. */
export async function itemsIn(on: Queryable, states: readonly WorkState[], filter: StandingFilter): Promise<Counted<StandingItem>> {
  return counted(
    await on.all(sql<Row>`
      select ${columns} from work_items where state = any(${[...states]}::text[]) and ${among(filter)}
      order by updated_at desc, id desc limit ${filter.limit}`),
  );
}

/** Items in a state that nothing has happened to since a moment of its own, the longest first. */
export async function itemsIdle(
  on: Queryable,
  since: ReadonlyArray<{ state: WorkState; before: Date }>,
  filter: StandingFilter,
): Promise<Counted<StandingItem>> {
  const states = since.map(({ state }) => state);
  const times = since.map(({ before }) => before.toISOString());
  return counted(
    await on.all(sql<Row>`
      select ${columns} from work_items join unnest(${states}::text[], ${times}::timestamptz[]) as patience (state_of, before)
        on state = state_of and updated_at < before
      where ${among(filter)} order by updated_at, id limit ${filter.limit}`),
  );
}

/** Items that were merged since a moment, the last one first; not those that were merged before and only changed. */
export async function itemsMergedSince(on: Queryable, since: Date, filter: StandingFilter): Promise<Counted<StandingItem>> {
  return counted(
    await on.all(sql<Row>`
      select ${columns} from work_items where state = 'merged' and ended_at >= ${since} and ${among(filter)}
      order by ended_at desc, id desc limit ${filter.limit}`),
  );
}

/** Number and title of some items; what is not there is left out. */
export async function namesOf(on: Queryable, ids: readonly string[]): Promise<Array<Pick<WorkItem, 'id' | 'number' | 'title'>>> {
  if (ids.length === 0) return [];
  return on.all(sql<Pick<WorkItem, 'id' | 'number' | 'title'>>`select id, number, title from work_items where id = any(${[...ids]}::text[])`);
}

/** Whether any item came to its end: its work is where it was to go, not only on the way there. */
export async function hasMerged(on: Queryable): Promise<boolean> {
  return (await on.maybe(sql<{ one: number }>`select 1 as one from work_items where state = 'merged' limit 1`)) !== undefined;
}

/** What a person typed last; undefined: nobody ever typed a request. */
export async function newestRequest(on: Queryable): Promise<Pick<WorkItem, 'id' | 'state'> | undefined> {
  return on.maybe(sql<Pick<WorkItem, 'id' | 'state'>>`
    select id, state from work_items where source = 'request' order by created_at desc, id desc limit 1`);
}

/** Whether any item was ever made. */
export async function hasItems(on: Queryable): Promise<boolean> {
  return (await on.maybe(sql<{ one: number }>`select 1 as one from work_items limit 1`)) !== undefined;
}
