import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { LedgerEntry, LedgerFilter } from './model.ts';
import { hashedFields, type ExportedEntry } from './model.entry.ts';
import { listEntries, readBatch, readHead } from './store.ts';

const EXPORT_BATCH = 1000;

export async function listPage(db: Db, filter: LedgerFilter): Promise<{ items: LedgerEntry[]; nextCursor: string | null }> {
  const cursor = filter.cursor === undefined ? null : Number(filter.cursor);
  if (cursor !== null && !Number.isSafeInteger(cursor)) throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
  const rows = await listEntries(db, filter, cursor);
  const items = rows.slice(0, filter.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > filter.limit && last !== undefined ? String(last.seq) : null };
}

/** An entry as exports and auditors see it. */
export function toExported(entry: LedgerEntry): ExportedEntry {
  return { ...hashedFields(entry), hash: entry.hash } as ExportedEntry;
}

/** JSON lines without line ends, in order; the range is fixed by the head at the start. */
export async function* exportLines(db: Db, range: { fromSeq?: number; toSeq?: number }): AsyncGenerator<string> {
  const head = await readHead(db);
  const to = Math.min(range.toSeq ?? head.seq, head.seq);
  let after = Math.max(range.fromSeq ?? 1, 1) - 1;
  for (;;) {
    const batch = await readBatch(db, after, to, EXPORT_BATCH);
    for (const entry of batch) yield JSON.stringify(toExported(entry));
    const last = batch.at(-1);
    if (last === undefined || batch.length < EXPORT_BATCH) return;
    after = last.seq;
  }
}
