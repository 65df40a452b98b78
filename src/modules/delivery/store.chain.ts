import { sql, type Queryable } from '#platform/db/index.ts';
import type { Start } from './decide.chain.ts';

/** The newest starts of a work item's stories, with the time now by the same clock. */
export async function recentStarts(on: Queryable, workItemId: string): Promise<{ starts: Start[]; now: Date }> {
  const starts = await on.all(
    sql<Start>`select started_by, started_at from stories where work_item_id = ${workItemId} order by generation desc limit 10`,
  );
  const { now } = await on.one(sql<{ now: Date }>`select clock_timestamp() as now`);
  return { starts, now };
}
