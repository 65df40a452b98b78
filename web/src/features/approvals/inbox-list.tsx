import { useEffect, useRef } from 'react';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { CheckCheck, Inbox as InboxIcon } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ListEnd } from '../../ui/list-end.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { InboxRow } from './inbox-row.tsx';
import { useCounts, type Approval, type useInbox } from './queries.ts';
import type { InboxSearch } from './search.ts';

const ROW_PX = 92;

interface InboxListProps {
  list: ReturnType<typeof useInbox>;
  open: string | null;
  show: InboxSearch['show'];
}

/** What waits, of any length: only what is seen is in the page. */
export function InboxList({ list: { query, rows: items, onView, onEnd, problem }, open, show }: InboxListProps) {
  return (
    <div className="min-h-48 flex-1 overflow-hidden rounded-lg border border-line bg-surface max-lg:h-[calc(100dvh-17rem)]">
      <QueryState
        query={query}
        noun="the approvals"
        loading={<SkeletonRows rows={6} height="h-23" />}
        isEmpty={() => items.length === 0}
        empty={<NothingThere show={show} />}
      >
        {() => <Rows items={items} open={open} onView={onView} onEnd={onEnd} problem={problem} />}
      </QueryState>
    </div>
  );
}

interface RowsProps {
  items: readonly Approval[];
  open: string | null;
  onView: (first: number, last: number) => void;
  onEnd: () => void;
  problem: InboxListProps['list']['problem'];
}

function Rows({ items, open, onView, onEnd, problem }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? -1;
  const last = shown.at(-1)?.index ?? -1;
  const at = items.findIndex((item) => item.id === open);
  useEffect(() => {
    if (items.length > 0 && last >= items.length - 10) onEnd();
  }, [items.length, last, onEnd]);
  useEffect(() => {
    if (first >= 0) onView(first, last);
  }, [first, last, onView]);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
  }, [at, rows]);
  return (
    <div ref={box} className="h-full overflow-y-auto">
      <ul aria-label="Approvals" className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map((place) => {
          const item = items[place.index];
          if (item === undefined) return null;
          return (
            <li
              key={place.key}
              ref={rows.measureElement}
              data-index={place.index}
              aria-posinset={place.index + 1}
              aria-setsize={-1}
              className="absolute top-0 left-0 w-full"
              style={{ transform: `translateY(${place.start}px)` }}
            >
              <InboxRow item={item} isOpen={item.id === open} />
            </li>
          );
        })}
      </ul>
      <ListEnd problem={problem} />
    </div>
  );
}

function NothingThere({ show }: Pick<InboxListProps, 'show'>) {
  const { data: counts } = useCounts();
  if (show === 'decided') return <Empty icon={InboxIcon} title="Nothing was decided yet" />;
  const others = show === undefined ? (counts?.pending ?? 0) : 0;
  const action =
    others === 0 ? undefined : (
      <Button asChild>
        <Link to="/approvals" search={{ show: 'all' }}>
          Show all that waits
        </Link>
      </Button>
    );
  return (
    <Empty icon={CheckCheck} title={show === undefined ? 'Nothing waits for you' : 'Nothing waits'} {...(action === undefined ? {} : { action })}>
      {others > 0
        ? `${others} ${others === 1 ? 'waits' : 'wait'} for others, or not with these filters.`
        : 'What needs a decision appears here by itself.'}
    </Empty>
  );
}
