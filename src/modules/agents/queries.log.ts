import { parseLogLine } from './decide.log.ts';
import type { LogLine } from './model.log.ts';
import type { AgentsDeps } from './steps.context.ts';
import { readLines } from './steps.log.ts';
import { lastLine } from './store.log.ts';

export interface LogPage {
  items: LogLine[];
  /** Number to go on from; null: these were the last ones that there are now. */
  next: number | null;
  /** Number of the last line there is now; 0: none. */
  last: number;
}

/** A line may hold whole files; a page stops here and the next one goes on, so that no page is a flood. One longer line is a page by itself. */
const MOST_PAGE_BYTES = 2 * 1024 * 1024;

/** Typed lines from `from` on, at most `limit` and about two megabytes; lines whose bytes retention took are left out. */
export async function pageOfLines(deps: Pick<AgentsDeps, 'db' | 'blobs'>, of: { runId: string; from: number; limit: number }): Promise<LogPage> {
  const last = await lastLine(deps.db, of.runId);
  const items: LogLine[] = [];
  let reached = of.from - 1;
  let bytes = 0;
  for await (const { line, text } of readLines(deps, of.runId, of.from)) {
    bytes += Buffer.byteLength(text);
    if (items.length === of.limit || (items.length > 0 && bytes > MOST_PAGE_BYTES)) return { items, next: reached + 1, last: Math.max(last, line) };
    items.push(parseLogLine(line, text));
    reached = line;
  }
  return { items, next: null, last: Math.max(last, reached) };
}
