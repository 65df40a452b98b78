import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db } from '#platform/db/index.ts';
import type { LedgerEntry, LedgerFilter } from './model.ts';
import { hashedFields, type ExportedEntry } from './model.entry.ts';
import { withWholeKinds } from './queries.search.ts';
import { readPersonal } from './store.personal.ts';
import { listEntries } from './store.search.ts';
import { readBatch, readHead } from './store.ts';

const EXPORT_BATCH = 1000;

export async function listPage(db: Db, filter: LedgerFilter): Promise<{ items: LedgerEntry[]; nextCursor: string | null }> {
  const cursor = filter.cursor === undefined ? null : Number(filter.cursor);
  if (cursor !== null && !Number.isSafeInteger(cursor)) throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
  const rows = await listEntries(db, await withWholeKinds(db, filter), cursor);
  const items = await reveal(db, rows.slice(0, filter.limit));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > filter.limit && last !== undefined ? String(last.seq) : null };
}

const isCommitment = (value: unknown): value is { commitment: string } =>
  typeof value === 'object' && value !== null && 'commitment' in value && typeof value.commitment === 'string' && Object.keys(value).length === 1;

/** One entry with its clear values, or null. */
export async function findEntry(db: Db, seq: number): Promise<LedgerEntry | null> {
  return (await reveal(db, await readBatch(db, seq - 1, seq, 1)))[0] ?? null;
}

/** Adds the clear values of commitments, or that they were erased. */
async function reveal(db: Db, entries: LedgerEntry[]): Promise<LedgerEntry[]> {
  const wanted = entries.flatMap(({ payload }) => Object.values(payload).filter(isCommitment));
  if (wanted.length === 0) return entries;
  const found = new Map(
    (
      await readPersonal(
        db,
        wanted.map(({ commitment }) => commitment),
      )
    ).map(({ commitment, value }) => [commitment, value]),
  );
  return entries.map((entry) => {
    const members = Object.entries(entry.payload).filter(([, value]) => isCommitment(value) && found.has(value.commitment));
    if (members.length === 0) return entry;
    const revealed = members.map(([field, value]) => [field, (isCommitment(value) ? found.get(value.commitment) : null) ?? 'erased']);
    return { ...entry, revealed: Object.fromEntries(revealed) as JsonObject };
  });
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
