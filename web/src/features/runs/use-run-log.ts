import { useEffect, useRef, useState } from 'react';
import { api, read } from '../../api/client.ts';
import { toProblem, type ApiProblem } from '../../api/problem.ts';
import { watchTab } from '../../api/watch-tab.ts';
import { addLines, EMPTY_LOG, type LogLine, type LogView } from './log-model.ts';

/** `reading`: what there is so far · `live`: lines come as they are written · `stale`: the line broke and is tried again · `ended`: all is told. */
export type LogState = 'reading' | 'live' | 'stale' | 'ended';

const LINES_AT_ONCE = 2000;
/** Lines are shown together this often: a screen that changes more often only costs. */
const SHOWN_EVERY_MS = 80;
/** After so long without a line it is looked whether the log has gone on; a look that takes so long has failed. */
const SILENCE_MS = 40_000;
const RETRY_MS = [500, 1000, 2000, 4000] as const;

export interface RunLog {
  view: LogView;
  state: LogState;
  problem: ApiProblem | null;
}

/**
 * The log of a run: what is stored in pages, then each line as it is written. After a break it goes on behind the last line it has. A component
 * stays with its run: give it the run's id as its key.
 */
export function useRunLog(runId: string): RunLog {
  const [log, setLog] = useState<RunLog>({ view: EMPTY_LOG, state: 'reading', problem: null });
  const latest = useRef(EMPTY_LOG);
  useEffect(() => {
    latest.current = EMPTY_LOG;
    return followRun(runId, {
      lines(lines) {
        latest.current = addLines(latest.current, lines);
        setLog((shown) => (shown.view === latest.current ? shown : { ...shown, view: latest.current }));
        return latest.current.last;
      },
      state: (state, problem) => setLog((shown) => ({ ...shown, state, problem: problem ?? null })),
    });
  }, [runId]);
  return log;
}

interface Reader {
  /** Answers the number of the last line it has. */
  lines(lines: readonly LogLine[]): number;
  state(state: LogState, problem?: ApiProblem): void;
}

/** Lines that came by themselves, handed on together. */
function createBatch(hand: (lines: readonly LogLine[]) => void): { add(line: LogLine): void; flush(): void; stop(): void } {
  let waiting: LogLine[] = [];
  let show: ReturnType<typeof setTimeout> | undefined;
  function flush(): void {
    clearTimeout(show);
    show = undefined;
    if (waiting.length > 0) hand(waiting);
    waiting = [];
  }
  return {
    add(line) {
      waiting.push(line);
      show ??= setTimeout(flush, SHOWN_EVERY_MS);
    },
    flush,
    stop: () => clearTimeout(show),
  };
}

/** Stored lines from one on, page by page. */
async function readStored(runId: string, after: number, { lines, signal }: { lines: Reader['lines']; signal: AbortSignal }): Promise<void> {
  for (let last = after; ;) {
    const query = { from: last + 1, limit: LINES_AT_ONCE };
    const page = await read(api.GET('/v1/jobs/{id}/lines', { params: { path: { id: runId }, query }, signal }));
    if (signal.aborted) return;
    last = lines(page.items);
    if (page.next_cursor === null) return;
  }
}

interface Hearer {
  opened(): void;
  line(line: LogLine): void;
  ended(): void;
  broke(): void;
}

/** Lines from one on as they are written; answers how to leave off. */
function openLine(runId: string, from: number, hearer: Hearer): () => void {
  const source = new EventSource(`/v1/jobs/${encodeURIComponent(runId)}/log?follow=1&from=${from}`);
  source.addEventListener('open', () => hearer.opened());
  source.addEventListener('line', (message: MessageEvent<string>) => hearer.line(JSON.parse(message.data) as LogLine));
  source.addEventListener('end', () => hearer.ended());
  // The browser would try again by itself with what it saw last; we know better what was taken in.
  source.addEventListener('error', () => hearer.broke());
  return () => source.close();
}

/** What is stored behind a line; answers how to leave off. */
function openStored(
  runId: string,
  after: number,
  { lines, follow, refused }: { lines: Reader['lines']; follow(): void; refused(problem: ApiProblem): void },
): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  readStored(runId, after, { lines, signal }).then(
    () => (signal.aborted ? undefined : follow()),
    (error: unknown) => (signal.aborted ? undefined : refused(toProblem(error))),
  );
  return () => leaving.abort();
}

/** Answers how to end it. */
function followRun(runId: string, reader: Reader): () => void {
  let leave = (): void => {};
  // Either the next try, or what to do once nothing has been heard for a while.
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: LogState = 'reading';
  let last = 0;
  let failures = 0;
  const take = (lines: readonly LogLine[]): number => (last = reader.lines(lines));
  const batch = createBatch(take);

  function after(ms: number, due: () => void): void {
    clearTimeout(timer);
    timer = setTimeout(due, ms);
  }

  function halt(next: LogState, problem?: ApiProblem): void {
    leave();
    clearTimeout(timer);
    batch.flush();
    state = next;
    reader.state(next, problem);
  }

  function broke(problem?: ApiProblem): void {
    halt('stale', problem);
    after(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? SILENCE_MS, begin);
    failures += 1;
  }

  function follow(): void {
    after(SILENCE_MS, broke);
    leave = openLine(runId, last + 1, {
      opened() {
        failures = 0;
        after(SILENCE_MS, begin);
        state = 'live';
        reader.state(state);
      },
      line(line) {
        after(SILENCE_MS, begin);
        batch.add(line);
      },
      ended: () => halt('ended'),
      broke,
    });
  }

  /** Also to see whether a silent line still stands: an agent may think for long, and the line says nothing of itself that a page could hear. */
  function begin(): void {
    leave();
    batch.flush();
    after(SILENCE_MS, broke);
    leave = openStored(runId, last, {
      lines(page) {
        after(SILENCE_MS, broke);
        return take(page);
      },
      follow,
      refused: (problem) => (problem.mayPass ? broke(problem) : halt('ended', problem)),
    });
  }

  begin();
  const unwatch = watchTab({
    pause() {
      if (state !== 'ended') halt('reading');
    },
    resume() {
      if (state === 'ended' || state === 'live') return;
      failures = 0;
      begin();
    },
  });
  return () => {
    unwatch();
    leave();
    clearTimeout(timer);
    batch.stop();
  };
}
