import { sql, type Queryable } from '#platform/db/index.ts';
import type { NamedSample } from './model.charts.ts';

/** What people recognise rows by; a row that is gone is left out. */
export function namesOf(on: Queryable, ids: readonly string[]): Promise<Array<{ id: string } & NonNullable<NamedSample['of']>>> {
  return on.all(sql<{ id: string } & NonNullable<NamedSample['of']>>`
    select id, 'issue' as kind, number, title from work_items where id = any(${ids})
    union all
    select id, 'pull_request', number, title from pulls where id = any(${ids})`);
}
