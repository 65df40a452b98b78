import { sql, type Queryable } from '#platform/db/index.ts';
import type { LogSegment } from './model.ts';

/** Adds a stretch of lines. A second writer that believes to own the same line number fails on the key. */
export async function insertSegment(on: Queryable, segment: LogSegment): Promise<void> {
  await on.run(sql`
    insert into agent_log_segments (run_id, first_line, line_count, execution, blob_key, byte_offset, byte_length, first_at, last_at)
    values (${segment.runId}, ${segment.firstLine}, ${segment.lineCount}, ${segment.execution}, ${segment.blobKey}, ${segment.byteOffset},
            ${segment.byteLength}, ${segment.firstAt}, ${segment.lastAt})`);
}

/** Segments that hold line `fromLine` or later lines, in order, at most `limit`. */
export async function segmentsFrom(on: Queryable, runId: string, fromLine: number, limit: number): Promise<LogSegment[]> {
  return on.all(sql<LogSegment>`
    select * from agent_log_segments where run_id = ${runId} and first_line + line_count > ${fromLine}
    order by first_line limit ${limit}`);
}

/** Number of the last line of the run's log, 0 when it has none. */
export async function lastLine(on: Queryable, runId: string): Promise<number> {
  const row = await on.one(sql<{ last: number }>`
    select coalesce(max(first_line + line_count - 1), 0) as last from agent_log_segments where run_id = ${runId}`);
  return row.last;
}
