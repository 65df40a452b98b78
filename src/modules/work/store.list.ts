import { sql, type Queryable, type Statement } from '#platform/db/index.ts';
import { TERMINAL_WORK_STATES, type WorkFilter, type WorkItem } from './model.ts';

/** One row more than asked for, to know whether there is a next page. Words of `q` must all occur; `%` and `_` are plain text. */
export function listItems(on: Queryable, filter: WorkFilter): Promise<WorkItem[]> {
  const patterns = (filter.q ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 10)
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  const among = filter.projectIds === undefined ? null : [...filter.projectIds];
  const { projectId = null, repositoryId = null, state = null, label = null, assignee = null, source = null } = filter;
  return on.all(sql<WorkItem>`select * from work_items
    where ${afterCursor(filter)}
      and (${projectId}::text is null or project_id = ${projectId})
      and (${among}::text[] is null or project_id = any(${among}))
      and (${repositoryId}::text is null or repository_id = ${repositoryId})
      and (${state}::text is null or state = ${state})
      and (${filter.open !== true} or state <> all (${[...TERMINAL_WORK_STATES]}::text[]))
      and (${label}::text is null or labels @> array[${label}::text])
      and (${assignee}::text is null or assignee = ${assignee})
      and (${source}::text is null or source = ${source})
      and (${filter.number ?? null}::int is null or number = ${filter.number ?? null})
      and (title || ' ' || body) ilike all (${patterns}::text[])
    order by id ${sql.raw(filter.order === 'newest' ? 'desc' : 'asc')} limit ${filter.limit + 1}`);
}

/** Ids sort by time of creation. */
function afterCursor({ cursor, order }: WorkFilter): Statement<unknown> {
  if (cursor === undefined) return sql`true`;
  return order === 'newest' ? sql`id < ${cursor}` : sql`id > ${cursor}`;
}
