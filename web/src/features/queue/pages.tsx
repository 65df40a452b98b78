import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';

/** The part of an infinite query that a list looks at. */
export interface PagedQuery<T> {
  data: { pages: ReadonlyArray<{ items: readonly T[] }> } | undefined;
  error: unknown;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  refetch(): unknown;
  fetchNextPage(): Promise<unknown>;
}

export interface PagesProps<T> {
  query: PagedQuery<T>;
  noun: string;
  label: string;
  keyOf(item: T): string;
  rowHeight: number;
  row(item: T): ReactNode;
  empty: ReactNode;
}

/** A list that is read page by page as one scrolls, in all its states. */
export function Pages<T>({ query, noun, label, keyOf, rowHeight, row, empty }: PagesProps<T>) {
  const items = query.data?.pages.flatMap((page) => page.items);
  const seen = { data: items, error: query.error, isPending: query.isPending, refetch: query.refetch };
  const more = (): void => {
    if (query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError) void query.fetchNextPage();
  };
  return (
    <QueryState query={seen} noun={noun} loading={<SkeletonRows rows={8} height="h-16" />} empty={empty} isEmpty={(all) => all.length === 0}>
      {(all) => (
        <>
          <VirtualList
            items={all}
            keyOf={keyOf}
            rowHeight={rowHeight}
            label={label}
            {...(query.hasNextPage ? { onEnd: more } : {})}
            row={(item) => <div className="border-b border-line">{row(item)}</div>}
          />
          {query.hasNextPage && (
            <div className="flex justify-center py-3">
              <Button size="small" kind="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {query.isFetchNextPageError ? 'Could not read on. Try again' : 'Show more'}
              </Button>
            </div>
          )}
        </>
      )}
    </QueryState>
  );
}
