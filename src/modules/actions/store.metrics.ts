import type { Queryable } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';

/** Messages about approvals are left out: there is one for each, whatever was decided. */
export async function countByMode(on: Queryable): Promise<{ auto: number; hitl: number; denied: number }> {
  return on.one(sql<{ auto: number; hitl: number; denied: number }>`
    select count(*) filter (where decision ->> 'kind' = 'auto')::int as auto, count(*) filter (where decision ->> 'kind' = 'approval')::int as hitl,
      count(*) filter (where decision ->> 'kind' = 'deny')::int as denied from actions where kind <> 'approval.notify'`);
}
