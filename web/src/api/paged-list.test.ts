import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeptList } from './list-pages.ts';
import { isOld, optionsOf, renewPage, watchPagedLists, type PagedList } from './paged-list.ts';

let queries: QueryClient;
let asked: Array<string | null>;
let leave: () => void;
let shown: InfiniteQueryObserver<never, Error>;

const list: PagedList<string> = {
  queryKey: ['runs', 'ended'],
  keyOf: (row) => row,
  read: async (cursor) => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    return { items: [`row ${from}`], next_cursor: from < 9 ? String(from + 1) : null };
  },
};
const pages = (): KeptList<string>['pages'] => queries.getQueryData<KeptList<string>>(list.queryKey)?.pages ?? [];
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(async () => {
  asked = [];
  queries = new QueryClient();
  watchPagedLists(queries);
  shown = new InfiniteQueryObserver(queries, optionsOf(list) as never);
  leave = shown.subscribe(() => {});
  await settled();
  await shown.fetchNextPage();
  await shown.fetchNextPage();
});
afterEach(() => {
  leave();
  queries.clear();
});

test('neither an event nor a break reads the pages of a list again as a whole: each only becomes old', async () => {
  expect(asked).toEqual([null, '1', '2']);
  expect(pages().map((page) => isOld(queries, list, page))).toEqual([false, false, false]);
  await queries.invalidateQueries({ queryKey: ['runs'] });
  await queries.invalidateQueries();
  await settled();
  expect(asked).toEqual([null, '1', '2']);
  expect(pages().map((page) => isOld(queries, list, page))).toEqual([true, true, true]);
});

test('a page that comes later knows of what made the others old, until the next time', async () => {
  await queries.invalidateQueries({ queryKey: ['runs'] });
  await shown.fetchNextPage();
  expect(pages().map((page) => isOld(queries, list, page))).toEqual([true, true, true, false]);
  await queries.invalidateQueries({ queryKey: ['runs'] });
  expect(pages().map((page) => isOld(queries, list, page))).toEqual([true, true, true, true]);
});

test('a list that nobody looks at becomes old as well, and is not read anew as a whole when somebody comes back', async () => {
  leave();
  await queries.invalidateQueries({ queryKey: ['runs'] });
  leave = shown.subscribe(() => {});
  await settled();
  expect(asked).toEqual([null, '1', '2']);
  expect(pages().every((page) => isOld(queries, list, page))).toBe(true);
});

test('a page that was read again stays, though a next page was asked for before it came', async () => {
  let answer = (): void => {};
  let top = ['a', 'b'];
  const growing: PagedList<string> = {
    ...list,
    queryKey: ['runs', 'growing'],
    read: async (cursor) => {
      if (cursor === null) return { items: top, next_cursor: 'b' };
      await new Promise<void>((resolve) => (answer = resolve));
      return { items: ['c'], next_cursor: null };
    },
  };
  const observer = new InfiniteQueryObserver(queries, optionsOf(growing) as never);
  const end = observer.subscribe(() => {});
  await settled();
  const next = observer.fetchNextPage();
  await settled();
  top = ['new', 'a', 'b'];
  const renewed = renewPage(queries, growing, null, new AbortController().signal);
  await settled();
  answer();
  await Promise.all([next, renewed]);
  const kept = queries.getQueryData<KeptList<string>>(growing.queryKey)?.pages ?? [];
  expect(kept.flatMap(({ items }) => items)).toEqual(['new', 'a', 'b', 'c']);
  end();
});

test('a list that could not be read is read once the line is back', async () => {
  let isAway = true;
  const away: PagedList<string> = {
    ...list,
    queryKey: ['runs', 'away'],
    read: async (cursor, signal) => {
      if (isAway) throw new Error('The server is away.');
      return list.read(cursor, signal);
    },
  };
  const other = new InfiniteQueryObserver(queries, { ...optionsOf(away), retry: false } as never);
  const end = other.subscribe(() => {});
  await settled();
  expect(queries.getQueryState(away.queryKey)?.status).toBe('error');
  isAway = false;
  await queries.invalidateQueries();
  await settled();
  expect(queries.getQueryState(away.queryKey)?.status).toBe('success');
  end();
});

test('what is no paged list is read again as ever', async () => {
  let read = 0;
  const other = new InfiniteQueryObserver(queries, {
    queryKey: ['runs', 'other'],
    queryFn: () => (read += 1),
    initialPageParam: 0,
    getNextPageParam: () => null,
  });
  const end = other.subscribe(() => {});
  await settled();
  await queries.invalidateQueries({ queryKey: ['runs'] });
  expect(read).toBe(2);
  end();
});
