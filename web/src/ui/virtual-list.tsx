import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { cn } from './class-names.ts';

export interface VirtualListProps<T> {
  items: readonly T[];
  /** Stable id of a row. */
  keyOf(item: T): string;
  /** Height of a row in pixels; rows that differ are measured. */
  rowHeight: number;
  row(item: T, place: { index: number; selected: boolean }): ReactNode;
  /** Names the list for screen readers. */
  label: string;
  /** The list goes on: called when its end comes near. */
  onEnd?: () => void;
  /** Told which rows are drawn, whenever that changes. */
  onView?: (first: number, last: number) => void;
  /** Row the keyboard stands on; -1: none. */
  selected?: number;
  onSelect?(index: number): void;
  onOpen?(item: T): void;
  className?: string;
}

/**
 * A list of any length: only what is seen is in the page. It scrolls with the page itself. `j`/`k`, arrows, Home, End and Enter work while the
 * focus is inside.
 */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, keyOf, rowHeight, row, label, onEnd, onView, selected = -1, onSelect, onOpen, className } = props;
  const box = useRef<HTMLDivElement>(null);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: box.current?.offsetTop ?? 0,
    getItemKey: (index) => keyOf(items[index] as T),
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? -1;
  const last = shown.at(-1)?.index ?? -1;

  useEffect(() => {
    if (first >= 0) onView?.(first, last);
  }, [first, last, onView]);

  useEffect(() => {
    if (last >= items.length - 15 && items.length > 0) onEnd?.();
  }, [last, items.length, onEnd]);

  const chosen = items[selected];
  useChosenInView(rows, selected, chosen === undefined ? null : keyOf(chosen));

  function onKeyDown(event: KeyboardEvent): void {
    const target = rowTarget(event, selected, items.length);
    if (target !== null) {
      event.preventDefault();
      onSelect?.(target);
    } else if (event.key === 'Enter' && event.target === box.current) {
      const item = items[selected];
      if (item !== undefined) onOpen?.(item);
    }
  }

  return (
    <div
      ref={box}
      role="list"
      aria-label={label}
      tabIndex={onSelect === undefined ? undefined : 0}
      onKeyDown={onSelect === undefined ? undefined : onKeyDown}
      className={cn('relative w-full', className)}
      style={{ height: rows.getTotalSize() }}
    >
      {shown.map((place) => (
        <div
          key={place.key}
          ref={rows.measureElement}
          data-index={place.index}
          role="listitem"
          aria-posinset={place.index + 1}
          aria-setsize={onEnd === undefined ? items.length : -1}
          className="absolute top-0 left-0 w-full"
          style={{ transform: `translateY(${place.start - rows.options.scrollMargin}px)` }}
        >
          {row(items[place.index] as T, { index: place.index, selected: place.index === selected })}
        </div>
      ))}
    </div>
  );
}

/** A step brings its row into view; a row that gets another place does not take the page with it. */
function useChosenInView(rows: Pick<Virtualizer<Window, Element>, 'scrollToIndex'>, selected: number, key: string | null): void {
  const at = useRef(selected);
  useEffect(() => {
    at.current = selected;
  }, [selected]);
  useEffect(() => {
    if (key !== null) rows.scrollToIndex(at.current, { align: 'auto' });
  }, [key, rows]);
}

/** Where a key leads to from row `at` of `count`; null: not a key of lists. */
export function rowTarget(event: Pick<KeyboardEvent, 'key' | 'metaKey' | 'ctrlKey' | 'altKey'>, at: number, count: number): number | null {
  if (event.metaKey || event.ctrlKey || event.altKey || count === 0) return null;
  const last = count - 1;
  if (event.key === 'j' || event.key === 'ArrowDown') return Math.min(at + 1, last);
  if (event.key === 'k' || event.key === 'ArrowUp') return Math.max(at - 1, 0);
  if (event.key === 'Home') return 0;
  if (event.key === 'End') return last;
  return null;
}
