import type { ReactNode } from 'react';
import type { usePagedList } from '../../api/paged-list.ts';
import { Button } from '../../ui/button.tsx';
import { ListEnd } from '../../ui/list-end.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { VirtualList } from '../../ui/virtual-list.tsx';

export interface PagesProps<T> {
  list: ReturnType<typeof usePagedList<T>>;
  noun: string;
  label: string;
  rowHeight: number;
  row(item: T): ReactNode;
  empty: ReactNode;
}

/** A list that is read page by page as one scrolls, in all its states. */
export function Pages<T>({ list: { query, rows, keyOf, onView, onEnd, problem }, noun, label, rowHeight, row, empty }: PagesProps<T>) {
  return (
    <QueryState query={query} noun={noun} loading={<SkeletonRows rows={8} height="h-16" />} empty={empty} isEmpty={() => rows.length === 0}>
      {() => (
        <>
          <VirtualList
            items={rows}
            keyOf={keyOf}
            rowHeight={rowHeight}
            label={label}
            onView={onView}
            {...(query.hasNextPage ? { onEnd } : {})}
            row={(item) => <div className="border-b border-line">{row(item)}</div>}
          />
          {query.hasNextPage && problem?.what !== 'next' && (
            <div className="flex justify-center py-3">
              <Button size="small" kind="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show more
              </Button>
            </div>
          )}
          <ListEnd problem={problem} />
        </>
      )}
    </QueryState>
  );
}
