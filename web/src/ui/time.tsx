import { useSyncExternalStore } from 'react';
import { relativeTime, exactTime } from './time-words.ts';
import { Tooltip } from './tooltip.tsx';

// One clock for all times of a page: they change together, twice a minute.
const EVERY_MS = 30_000;
let now = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, EVERY_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of day of this page, in milliseconds since 1970; renews the caller twice a minute. */
export const useNow = (): number => useSyncExternalStore(watch, () => now);

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
