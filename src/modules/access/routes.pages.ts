import type { Page } from '#kernel/page.ts';

/** A list as it stands for everybody. */
export interface Paging {
  /** Rows that were asked for. */
  limit: number;
  cursor: string | null;
  read(limit: number, cursor: string | null): Promise<Page<unknown>>;
}

const AT_ONCE = 200;
/** Looks at 10,000 rows at most for one page. */
const MOST_READS = 50;

/**
 * A page of the rows that `see` lets through (null: not this one), filled from as many pages of the whole list as it takes. It goes on behind
 * a row of theirs: a cursor of the list names the row it stands behind, and that must be none of others. Only behind 10,000 rows of others
 * on end a page is short, and goes on behind one of those.
 */
export async function fillPage({ limit, cursor, read }: Paging, see: (rows: readonly unknown[]) => Promise<unknown[]>): Promise<Page<unknown>> {
  const items: unknown[] = [];
  let at = cursor;
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    const room = limit - items.length;
    const page = await read(reads === 0 ? room : AT_ONCE, at);
    const seen = await see(page.items);
    const last = placeOf(seen, room);
    if (last === null) {
      items.push(...seen.filter(isShown));
      at = page.next_cursor;
    } else {
      // Where the list goes on behind that very row only the list can say.
      const exact = last === seen.length - 1 ? { page, seen } : await readAgain(last + 1, at);
      items.push(...exact.seen.filter(isShown));
      at = exact.page.next_cursor;
    }
    if (at === null || items.length >= limit) return { items, next_cursor: at };
  }
  return { items, next_cursor: at };

  async function readAgain(rows: number, from: string | null): Promise<{ page: Page<unknown>; seen: unknown[] }> {
    const page = await read(rows, from);
    return { page, seen: await see(page.items) };
  }
}

const isShown = (row: unknown): boolean => row !== null;

/** Where the row stands with which `room` of them are shown; null: there are fewer. */
function placeOf(rows: readonly unknown[], room: number): number | null {
  let shown = 0;
  for (const [place, row] of rows.entries()) {
    if (isShown(row)) shown += 1;
    if (shown === room) return place;
  }
  return null;
}
