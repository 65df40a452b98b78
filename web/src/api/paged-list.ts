import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import {
  hashKey,
  infiniteQueryOptions,
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient,
  type InfiniteData,
  type Query,
  type QueryClient,
  type QueryKey,
} from '@tanstack/react-query';
import { dueOf, rowsOf, withPage, type KeptPage, type ListPage, type View } from './list-pages.ts';
import { toProblem } from './problem.ts';

/** A list that is read page by page. */
export interface PagedList<T> {
  /** Begins with the topic that makes it old, as every key does (topics.ts). */
  queryKey: QueryKey;
  keyOf(row: T): string;
  /** The page behind a cursor; null: the first. */
  read(cursor: string | null, signal: AbortSignal): Promise<ListPage<T>>;
  /** The rows of the list before stay until its own are there: for a list that is searched as one types, whose rows hold what was opened on them. */
  keepsRows?: true;
}

/** A list that was left for longer is old when somebody comes back, though nothing was told of it: not everything is. */
const FRESH_MS = 30_000;
/** A reading that failed is tried again after so long; one that was refused seldom. */
const RETRY_MS = 4000;
const REFUSED_MS = 60_000;
/** Pages that are flown past are not read. */
const REST_MS = 150;
const TOP: View = { first: 0, last: 0 };

/** Counts on each time that a list becomes old; what was asked for at the same count or later knows of it. */
let moment = 0;
const oldSince = new WeakMap<Query, number>();
const watchers = new Set<() => void>();

function makeOld(query: Query): void {
  moment += 1;
  oldSince.set(query, moment);
  for (const watcher of watchers) watcher();
}

/**
 * Once for the kept answers of the console: whatever makes a paged list old (an event, a break of the line, somebody's own deed) is noted here instead
 * of reading all of its pages again.
 */
export function watchPagedLists(queries: QueryClient): void {
  queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'invalidate' || event.query.meta?.['paged'] !== true) return;
    const { query } = event;
    // Taken back at once: while it stands, the next one would not be told.
    query.setState({ isInvalidated: false });
    makeOld(query);
    // Nothing was read yet, as when the server was away: it is tried anew. A failure is kept with the query.
    if (query.state.data === undefined && query.isActive()) query.fetch().catch(() => {});
  });
}

function useOldSince(queries: QueryClient, hash: string): number {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => oldSinceOf(queries, hash),
  );
}

function oldSinceOf(queries: QueryClient, hash: string): number {
  const query = queries.getQueryCache().get(hash);
  return query === undefined ? 0 : (oldSince.get(query) ?? 0);
}

/** Whether something may have happened since a page was asked for. */
export const isOld = (queries: QueryClient, list: Pick<PagedList<never>, 'queryKey'>, page: { readAt: number }): boolean =>
  page.readAt < oldSinceOf(queries, hashKey(list.queryKey));

type Kept<T> = InfiniteData<KeptPage<T>, string | null>;

/** The list as a query. It is never read again as a whole: see watchPagedLists. */
export const optionsOf = <T>(list: PagedList<T>) =>
  infiniteQueryOptions<KeptPage<T>, Error, Kept<T>, QueryKey, string | null>({
    queryKey: list.queryKey,
    queryFn: ({ pageParam, signal }) => readPage(list, pageParam, signal),
    initialPageParam: null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 'static',
    meta: { paged: true },
  });

/** What of a list could not be read, so that it does not look complete or up to date. `next`: what follows; `again`: what is in view, since it became old. */
export interface ListProblem {
  what: 'next' | 'again';
  error: unknown;
  /** It is being tried again. */
  isTrying: boolean;
  onRetry(): void;
}

/**
 * A list of any length that stays as things are, at the cost of what is on the screen: when it becomes old, only the pages in view are read again, the
 * others when somebody gets there. `onView` is told which rows are in view (none: the first page), `onEnd` that the end comes near.
 */
export function usePagedList<T>(list: PagedList<T>) {
  const query = useInfiniteQuery({ ...optionsOf(list), ...(list.keepsRows === true ? { placeholderData: keepPreviousData } : {}) });
  const { keyOf } = list;
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const { rows, ends } = useMemo(() => rowsOf(data?.pages ?? [], keyOf), [data, keyOf]);
  const [view, onView] = useView();
  const renewal = useRenewal(list, { data: query.isPlaceholderData ? undefined : data, ends, view });
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const problem = useMemo(
    (): ListProblem | null =>
      isFetchNextPageError ? { what: 'next', error, isTrying: isFetchingNextPage, onRetry: () => void fetchNextPage() } : renewal,
    [isFetchNextPageError, isFetchingNextPage, error, fetchNextPage, renewal],
  );
  return { query, rows, keyOf, onView, onEnd, problem };
}

/** Which rows are in view once scrolling rests. */
function useView(): readonly [view: View, onView: (first: number, last: number) => void] {
  const [view, setView] = useState(TOP);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const onView = useCallback((first: number, last: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setView((before) => (before.first === first && before.last === last ? before : { first, last })), REST_MS);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [view, onView];
}

async function readPage<T>(list: PagedList<T>, cursor: string | null, signal: AbortSignal): Promise<KeptPage<T>> {
  const readAt = moment;
  return { ...(await list.read(cursor, signal)), readAt };
}

/** Reads one page of a list again. */
export async function renewPage<T>(queries: QueryClient, list: PagedList<T>, cursor: string | null, signal: AbortSignal): Promise<void> {
  const page = await readPage(list, cursor, signal);
  // A next page that is being read is put behind the pages of the moment it was asked for: what comes in meanwhile would be undone with it.
  const query = queries.getQueryCache().get(hashKey(list.queryKey));
  while (query !== undefined && query.state.fetchStatus !== 'idle' && !signal.aborted) {
    await Promise.resolve(query.promise).catch(() => {});
    // What was read is put in a moment after it came.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  if (!signal.aborted) queries.setQueryData<Kept<T>>(list.queryKey, (now) => (now === undefined ? now : withPage(now, cursor, page, list.keyOf)));
}

interface Shown<T> {
  data: Kept<T> | undefined;
  ends: readonly number[];
  view: View;
}

/** Reads the pages in view again, one after the other, while they are old; tells while it cannot. */
function useRenewal<T>(list: PagedList<T>, { data, ends, view }: Shown<T>): ListProblem | null {
  const queries = useQueryClient();
  const hash = hashKey(list.queryKey);
  const since = useOldSince(queries, hash);
  const [tries, setTries] = useState(0);
  const [failure, setFailure] = useState<{ error: unknown } | null>(null);
  const latest = useRef(list);
  useLayoutEffect(() => {
    latest.current = list;
  });

  useEffect(() => {
    const query = queries.getQueryCache().get(hash);
    if (query !== undefined && query.state.dataUpdatedAt > 0 && query.state.dataUpdatedAt < Date.now() - FRESH_MS) makeOld(query);
  }, [queries, hash]);

  const due = data === undefined ? null : dueOf(data, ends, view, since);
  // Apart, so that what happens meanwhile does not begin the same reading anew.
  const [cursor, readAt] = [due?.cursor, due?.readAt];
  useEffect(() => {
    if (cursor === undefined || readAt === undefined) return undefined;
    const leaving = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    renewPage(queries, latest.current, cursor, leaving.signal).then(
      () => {
        if (!leaving.signal.aborted) setFailure(null);
      },
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        const problem = toProblem(error);
        if (problem.isSignedOut) void queries.invalidateQueries({ queryKey: ['whoami'] });
        setFailure({ error });
        retry = setTimeout(() => setTries((before) => before + 1), problem.mayPass ? RETRY_MS : REFUSED_MS);
      },
    );
    return () => {
      leaving.abort();
      clearTimeout(retry);
    };
  }, [queries, hash, cursor, readAt, tries]);

  // Only for as long as something in view is due: elsewhere in the list it may be up to date.
  const isDue = cursor !== undefined;
  return useMemo(
    () =>
      failure === null || !isDue ? null : { what: 'again', error: failure.error, isTrying: false, onRetry: () => setTries((before) => before + 1) },
    [failure, isDue],
  );
}
