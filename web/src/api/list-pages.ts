/** A page of a list, as the server answers it. */
export interface ListPage<T> {
  items: readonly T[];
  next_cursor: string | null;
}

/** A page as it is kept. `readAt`: the moment (paged-list.ts) at which it was asked for; it shows nothing that happened later. */
export interface KeptPage<T> extends ListPage<T> {
  readAt: number;
}

/** The pages of a list that were read so far. Each is found by the cursor it was read with; null: the beginning. */
export interface KeptList<T> {
  pages: Array<KeptPage<T>>;
  pageParams: Array<string | null>;
}

/** Rows that are on the screen, by their numbers. */
export interface View {
  first: number;
  last: number;
}

/** Rows behind a page that was read again are given up beyond so many: nobody has looked at them for long, and they are read again on the way. */
const MOST_CARRIED = 2000;

/** All rows, each once: one that moved may still stand in a page that was read before. `ends`: how many rows there are up to each page's end. */
export function rowsOf<T>(pages: ReadonlyArray<KeptPage<T>>, keyOf: (row: T) => string): { rows: T[]; ends: number[] } {
  const seen = new Set<string>();
  const rows: T[] = [];
  const ends: number[] = [];
  for (const page of pages) {
    for (const row of page.items) {
      const key = keyOf(row);
      if (seen.has(key)) continue;
      seen.add(key);
      rows.push(row);
    }
    ends.push(rows.length);
  }
  return { rows, ends };
}

/** The first page with a row in view that was read before the list became old; null: what is seen is up to date. */
export function dueOf<T>(list: KeptList<T>, ends: readonly number[], view: View, oldSince: number): { cursor: string | null; readAt: number } | null {
  const last = list.pages.length - 1;
  const pageAt = (row: number): number => {
    const found = ends.findIndex((end) => end > row);
    return found === -1 ? last : found;
  };
  let from = pageAt(view.first);
  // A page of which nothing is left stands where something may have come since.
  while (from > 0 && list.pages[from - 1]?.items.length === 0) from -= 1;
  for (let at = from; at <= pageAt(view.last); at += 1) {
    const page = list.pages[at];
    if (page !== undefined && page.readAt < oldSince) return { cursor: list.pageParams[at] ?? null, readAt: page.readAt };
  }
  return null;
}

/** A page with the cursor it is found by. */
interface Slot<T> {
  cursor: string | null;
  page: KeptPage<T>;
}

/**
 * The list with one page read again. Cursors say behind which row a page begins, so pages stay where they are while rows come and go before them. Rows
 * that no longer fit on the page go over to the next one, rows that moved onto it are taken out of the others; where nothing that was known follows,
 * the rest is given up and read again when somebody gets there.
 */
export function withPage<T>(list: KeptList<T>, cursor: string | null, fresh: KeptPage<T>, keyOf: (row: T) => string): KeptList<T> {
  const at = list.pageParams.indexOf(cursor);
  if (at === -1) return list;
  const keys = new Set(fresh.items.map(keyOf));
  const isElsewhere = (row: T): boolean => !keys.has(keyOf(row));
  const others = list.pages.map((page, index): Slot<T> => {
    const items = page.items.filter(isElsewhere);
    return { cursor: list.pageParams[index] ?? null, page: items.length === page.items.length ? page : { ...page, items } };
  });
  const end = fresh.next_cursor === null ? null : lastKnown(list.pages, at, fresh.items.map(keyOf), keyOf);
  const behind = end === null ? [] : carriedOn(others.slice(end.page + 1), fresh.next_cursor, { ...end, rest: end.rest.filter(isElsewhere) }, at);
  const slots = [...others.slice(0, at), { cursor, page: fresh }, ...behind];
  // The beginning stays, though nothing is left of it: what comes new comes there.
  const kept = slots.filter(({ page }, index) => index === 0 || page === fresh || page.items.length > 0);
  return { pages: kept.map(({ page }) => page), pageParams: kept.map((slot) => slot.cursor) };
}

/** What came behind a row, on the page it stood on. */
interface End<T> {
  page: number;
  of: KeptPage<T>;
  rest: readonly T[];
}

/** Where the last row of a page that was read again stood before; null: nothing of it was known. */
function lastKnown<T>(pages: ReadonlyArray<KeptPage<T>>, from: number, keys: readonly string[], keyOf: (row: T) => string): End<T> | null {
  const places = new Map<string, readonly [page: number, row: number]>();
  for (const [page, { items }] of pages.entries()) if (page >= from) for (const [row, item] of items.entries()) places.set(keyOf(item), [page, row]);
  const last = keys.findLast((key) => places.has(key));
  const [page, row] = (last === undefined ? undefined : places.get(last)) ?? [-1, -1];
  const of = pages[page];
  return of === undefined ? null : { page, of, rest: of.items.slice(row + 1) };
}

/** The pages behind page `at`, which was read again up to `cursor`; what no longer fits on it goes over to the next one. */
function carriedOn<T>(following: ReadonlyArray<Slot<T>>, cursor: string | null, end: End<T>, at: number): Array<Slot<T>> {
  const [next, ...others] = following;
  const over: KeptPage<T> = { ...end.of, items: end.rest };
  if (end.page > at || next === undefined) return [{ cursor, page: over }, ...following];
  const items = [...over.items, ...next.page.items];
  if (items.length > MOST_CARRIED) return [];
  return [{ cursor, page: { ...next.page, items, readAt: Math.min(over.readAt, next.page.readAt) } }, ...others];
}
