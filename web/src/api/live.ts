import { useEffect, useSyncExternalStore } from 'react';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { api, read } from './client.ts';
import { restMsOf, topicsOf, type LiveEvent } from './topics.ts';
import { watchTab } from './watch-tab.ts';

/**
 * `live`: what is shown is what is. `connecting`: the first time, or after the tab was hidden: what happened meanwhile is about to be told.
 * `stale`: the line broke; what is shown may be old.
 */
export type LiveState = 'connecting' | 'live' | 'stale';

type Listener = (event: LiveEvent) => void;

const GATHER_MS = 200;
/** What rests is looked at again after so long. */
const LOOK_MS = 600;
/** The server says something at least every fifteen seconds; a line that is silent for longer is dead though nobody said so. */
const SILENCE_MS = 40_000;
/** A tab that was hidden for longer reads everything again: that is less than being told all that happened. */
const LONG_HIDDEN_MS = 5 * 60_000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000] as const;

let state: LiveState = 'connecting';
const watchers = new Set<() => void>();
const listeners = new Set<Listener>();

function become(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const watcher of watchers) watcher();
}

/** Whether what is shown is up to date. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );
}

/** Calls back with each event as it happens; the callback must be stable (useCallback). */
export function useLiveEvents(listener: Listener): void {
  useEffect(() => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [listener]);
}

interface Hearer {
  heard(): void;
  opened(id: string): void;
  event(event: LiveEvent, id: string): void;
  /** `refused`: the server was reached, and answered something else than a stream. */
  broke(refused: boolean): void;
}

function openLine(after: string, hearer: Hearer): EventSource {
  const source = new EventSource(`/v1/stream?signs=true&after=${after}`);
  source.addEventListener('opened', (message) => hearer.opened(message.lastEventId));
  source.addEventListener('beat', hearer.heard);
  source.onmessage = (message: MessageEvent<string>) => hearer.event(JSON.parse(message.data) as LiveEvent, message.lastEventId);
  source.onopen = hearer.heard;
  source.onerror = () => hearer.broke(source.readyState === EventSource.CLOSED);
  return source;
}

/**
 * Where the stream stood before the first page was read. The line is opened beside the reading: what happens between the two is told only to whoever
 * follows from here. Null: it could not be known, and what was read is read again once the line stands.
 */
export const startQuery = queryOptions({
  queryKey: ['stream-start'],
  queryFn: ({ signal }) =>
    read(api.GET('/v1/stream/place', { signal })).then(
      ({ after }) => String(after),
      () => null,
    ),
  staleTime: 'static',
  gcTime: Infinity,
});

/**
 * Keeps one stream of events open and lets kept answers go stale by it. After a break everything that is shown is read again, because what happened
 * meanwhile may be more than the server still tells; of long lists what is in view (paged-list.ts). Answers how to end it.
 */
export function followLive(queries: QueryClient): () => void {
  const gathered = createGatherer(queries);
  let source: EventSource | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let lastId = queries.getQueryData(startQuery.queryKey) ?? null;
  let hasGap = lastId === null;
  let ended = false;

  function heard(): void {
    clearTimeout(silence);
    silence = setTimeout(broke, SILENCE_MS);
  }

  function opened(id: string): void {
    const isOld = hasGap || state === 'stale';
    lastId ??= id;
    hasGap = false;
    failures = 0;
    become('live');
    if (isOld) void queries.invalidateQueries();
  }

  function broke(): void {
    close();
    if (ended) return;
    become('stale');
    retry = setTimeout(open, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  }

  function open(): void {
    heard();
    source = openLine(lastId ?? 'latest', {
      heard,
      opened,
      event(event, id) {
        lastId = id;
        heard();
        for (const listener of listeners) listener(event);
        gathered.add(topicsOf(event.type));
      },
      broke(refused) {
        // Perhaps the session is over.
        if (refused) void queries.invalidateQueries({ queryKey: ['whoami'] });
        broke();
      },
    });
  }

  /** It resumes without a gap, if it had got anywhere. */
  function pause(): void {
    close();
    become(lastId === null || state === 'stale' ? 'stale' : 'connecting');
  }

  /** A tab that slept or lost its network looks at once, not at the next try. */
  function resume(hiddenMs: number): void {
    if (hiddenMs > LONG_HIDDEN_MS) {
      lastId = null;
      become('stale');
    }
    if (source !== null && state !== 'stale') return;
    close();
    failures = 0;
    open();
  }

  function close(): void {
    source?.close();
    source = null;
    clearTimeout(silence);
    clearTimeout(retry);
  }

  open();
  const unwatch = watchTab({ pause, resume });
  return () => {
    ended = true;
    unwatch();
    close();
    gathered.stop();
  };
}

/** Bursts become one reading again per kind; a kind rests in between. */
function createGatherer(queries: QueryClient): { add(topics: readonly string[]): void; stop(): void } {
  const due = new Set<string>();
  const restsUntil = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    const now = performance.now();
    for (const topic of Array.from(due)) {
      if ((restsUntil.get(topic) ?? 0) > now) continue;
      due.delete(topic);
      restsUntil.set(topic, now + restMsOf(topic));
      void queries.invalidateQueries({ queryKey: [topic] });
    }
    if (due.size > 0) timer = setTimeout(flush, LOOK_MS);
  }

  return {
    add(topics) {
      for (const topic of topics) due.add(topic);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
