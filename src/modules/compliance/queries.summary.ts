import type { Db } from '#platform/db/index.ts';
import { FLAG_CODES, type ComplianceSummary, type Flag } from './model.flags.ts';
import { countFlags, countWeeks, type RecordSearch } from './store.flags.ts';

/** Counts of what a search finds, in two statements. */
export async function summarise(db: Db, search: RecordSearch): Promise<ComplianceSummary> {
  const { total, clean, exceptions, incomplete, ...counts } = await countFlags(db, search);
  const flags = Object.fromEntries(FLAG_CODES.map((flag) => [flag, counts[flag]])) as Record<Flag, number>;
  return { total, clean, exceptions, incomplete, flags, weeks: await countWeeks(db, search) };
}
