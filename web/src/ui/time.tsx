import { useSyncExternalStore } from 'react';
import { readClock, watchClock } from './page-clock.ts';
import { relativeTime, exactTime } from './time-words.ts';
import { Tooltip } from './tooltip.tsx';

/** The time of day of this page, in milliseconds since 1970; renews the caller twice a minute. */
export const useNow = (): number => useSyncExternalStore(watchClock, readClock);

/**
 * A moment (ISO 8601, UTC) as people say it, exact where it is pointed at. It takes no focus: a list would have a tab stop for each of its times.
 * Null: `none` (default: a dash).
 */
export function Time({ at, none = '–', className }: { at: string | null | undefined; none?: string; className?: string }) {
  const today = useNow();
  if (at === null || at === undefined) return <span className={className}>{none}</span>;
  return (
    <Tooltip text={exactTime(at)}>
      <time dateTime={at} className={className}>
        {relativeTime(at, today)}
      </time>
    </Tooltip>
  );
}
