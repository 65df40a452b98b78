import { describe, expect, test } from 'vitest';
import { dueOf, rowsOf, withPage, type KeptList, type KeptPage } from './list-pages.ts';

const LIMIT = 3;
const letters = (text: string): string[] => text.split('');
const keyOf = (row: string): string => row;

/** The server: rows in their order; a cursor is the row behind which a page begins. */
function read(rows: readonly string[], cursor: string | null, readAt: number, order = rows): KeptPage<string> {
  const from = cursor === null ? 0 : order.indexOf(cursor) + 1;
  const behind = order.slice(from).filter((row) => rows.includes(row));
  const items = behind.slice(0, LIMIT);
  return { items, next_cursor: behind.length > LIMIT ? (items.at(-1) ?? null) : null, readAt };
}

function readAll(rows: readonly string[], readAt = 0): KeptList<string> {
  const list: KeptList<string> = { pages: [], pageParams: [] };
  for (let cursor: string | null | undefined = null; cursor !== undefined;) {
    const page: KeptPage<string> = read(rows, cursor, readAt);
    list.pages.push(page);
    list.pageParams.push(cursor);
    cursor = page.next_cursor ?? undefined;
  }
  return list;
}

const shown = (list: KeptList<string>): string => rowsOf(list.pages, keyOf).rows.join('');
const cut = (list: KeptList<string>): string => list.pages.map(({ items }) => items.join('')).join('|');
const ROWS = letters('abcdefgh');

describe('one page of a list that is read again', () => {
  test('puts what is new before the rest, and what it pushes down goes over to the next page', () => {
    const now = letters('YZabcdefgh');
    const list = withPage(readAll(ROWS), null, read(now, null, 1), keyOf);
    expect([cut(list), list.pageParams]).toEqual(['YZa|bcdef|gh', [null, 'a', 'f']]);
    expect(list.pages.map(({ readAt }) => readAt)).toEqual([1, 0, 0]);
    expect(shown(withPage(list, 'a', read(now, 'a', 1), keyOf))).toBe('YZabcdefgh');
  });

  test('takes out what is no longer there and moves up what follows', () => {
    const list = withPage(readAll(ROWS), null, read(letters('acdefgh'), null, 1), keyOf);
    expect([cut(list), list.pageParams]).toEqual(['acd|ef|gh', [null, 'd', 'f']]);
  });

  test('shows a row once that moved from another page', () => {
    const list = readAll(ROWS);
    expect(shown(withPage(list, null, read(letters('gabcdefh'), null, 1), keyOf))).toBe('gabcdefh');
    const down = withPage(list, 'f', { items: ['g', 'b', 'h'], next_cursor: null, readAt: 1 }, keyOf);
    expect(shown(down)).toBe('acdefgbh');
  });

  test('in the middle leaves what is before and behind it as it is', () => {
    const list = readAll(ROWS);
    const next = withPage(list, 'c', read(letters('abcdXefgh'), 'c', 1), keyOf);
    expect([cut(next), next.pageParams]).toEqual(['abc|dXe|fgh', [null, 'c', 'e']]);
    expect(next.pages[0]).toBe(list.pages[0]);
  });

  test('gives up the rest where nothing that was known follows: after a break more may be new than a page holds', () => {
    const list = withPage(readAll(ROWS), null, read(letters('STUVWabcdefgh'), null, 1), keyOf);
    expect([cut(list), list.pages.at(-1)?.next_cursor]).toEqual(['STU', 'U']);
  });

  test('ends the list where the server says that it ends', () => {
    expect(cut(withPage(readAll(ROWS), 'c', read(letters('abcd'), 'c', 1, ROWS), keyOf))).toBe('abc|d');
    expect(cut(withPage(readAll(['a']), null, read([], null, 1), keyOf))).toBe('');
  });

  test('goes over to a page of its own where the list ended so far, from where it goes on', () => {
    const two: KeptList<string> = { pages: [{ items: ['a', 'b', 'c'], next_cursor: 'c', readAt: 0 }], pageParams: [null] };
    const list = withPage(two, null, read(letters('Zabcdefgh'), null, 1), keyOf);
    expect([cut(list), list.pageParams, list.pages.at(-1)?.next_cursor]).toEqual(['Zab|c', [null, 'b'], 'c']);
  });

  test('that was given up meanwhile changes nothing', () => {
    const list = readAll(ROWS);
    expect(withPage(list, 'x', read(ROWS, null, 1), keyOf)).toBe(list);
  });

  test('of a list that grows at its beginning for hours does not make the rest grow without end', () => {
    let list = readAll(ROWS);
    for (let nr = 0; nr < 5000; nr += 1) {
      const items = [nr, nr - 1, nr - 2].map((row) => `n${row}`);
      list = withPage(list, null, { items, next_cursor: `n${nr - 2}`, readAt: nr }, keyOf);
    }
    expect(rowsOf(list.pages, keyOf).rows.length).toBeLessThan(2100);
    expect(rowsOf(list.pages, keyOf).rows.slice(0, 2)).toEqual(['n4999', 'n4998']);
  });
});

describe('of a list that became old', () => {
  const list: KeptList<string> = { ...readAll(ROWS), pages: readAll(ROWS).pages.map((page, at) => ({ ...page, readAt: [5, 3, 3][at] ?? 0 })) };
  const { ends } = rowsOf(list.pages, keyOf);

  test('only pages with rows in view are read again, one after the other', () => {
    expect(dueOf(list, ends, { first: 0, last: 2 }, 5)).toBeNull();
    expect(dueOf(list, ends, { first: 2, last: 7 }, 5)).toEqual({ cursor: 'c', readAt: 3 });
    expect(dueOf(list, ends, { first: 7, last: 7 }, 5)).toEqual({ cursor: 'f', readAt: 3 });
    expect(dueOf(list, ends, { first: 0, last: 7 }, 3)).toBeNull();
  });

  test('the last page is in view where the view reaches beyond what is there', () => {
    expect(dueOf(list, ends, { first: 50, last: 60 }, 4)).toEqual({ cursor: 'f', readAt: 3 });
    expect(dueOf({ pages: [{ items: [], next_cursor: null, readAt: 0 }], pageParams: [null] }, [0], { first: 0, last: 0 }, 1)).toEqual({
      cursor: null,
      readAt: 0,
    });
  });
});

test('of a list that became old a first page of which nothing is left is read again too: what comes new comes there', () => {
  const list: KeptList<string> = {
    pages: [
      { items: [], next_cursor: 'c', readAt: 0 },
      { items: ['d', 'e'], next_cursor: null, readAt: 1 },
    ],
    pageParams: [null, 'c'],
  };
  const { ends } = rowsOf(list.pages, keyOf);
  expect(dueOf(list, ends, { first: 0, last: 1 }, 1)).toEqual({ cursor: null, readAt: 0 });
  expect(dueOf(list, ends, { first: 0, last: 1 }, 0)).toBeNull();
});

test('ten thousand rows of which each page is read again in turn stay what the server has', () => {
  const rows = Array.from({ length: 10_000 }, (_, nr) => `r${nr}`);
  const page = (from: number, all: readonly string[], readAt: number): KeptPage<string> => {
    const items = all.slice(from, from + 100);
    return { items, next_cursor: from + 100 < all.length ? (items.at(-1) ?? null) : null, readAt };
  };
  let list: KeptList<string> = { pages: [], pageParams: [] };
  for (let from = 0; from < rows.length; from += 100) {
    list.pages.push(page(from, rows, 0));
    list.pageParams.push(from === 0 ? null : (rows[from - 1] ?? null));
  }
  const now = ['new', ...rows.filter((_, nr) => nr % 500 !== 0)];
  for (let at = 0; at < list.pages.length; at += 1) {
    const cursor = list.pageParams[at] ?? null;
    list = withPage(list, cursor, page(cursor === null ? 0 : now.indexOf(cursor) + 1, now, 1), keyOf);
  }
  expect(rowsOf(list.pages, keyOf).rows).toEqual(now);
});
