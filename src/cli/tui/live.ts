import { setTimeout as delay } from 'node:timers/promises';
import { sentenceOf } from '#kernel/errors.ts';
import type { ApiClient } from '../api/client.ts';
import { listen } from './listen.ts';
import type { Link, Message, PartName, State } from './model.ts';
import { ALL_PARTS, partsChangedBy, readParts } from './reads.ts';
import { lookedAt } from './rows.ts';

/** Events come in bunches; they are answered by one reading. */
const GATHER_MS = 120;
/** While the stream stands, all is read again so often: some figures change without an event. */
const LIVE_POLL_MS = 15_000;
const POLL_MS = 3000;
const STALE_POLL_MS = 1000;
const REFUSED_POLL_MS = 3000;
/** What has not answered in this time is not shown as if it had. */
const SLOW_MS = 10_000;

export interface LiveDeps {
  /** A client of the server as it is reached now; it may have been started again elsewhere. Throws when there is none. */
  connect(): Promise<ApiClient>;
  dispatch(message: Message): void;
  state(): State;
  now(): number;
}

export interface Live {
  readonly api: ApiClient;
  /** Read these again, soon. */
  refresh(names: readonly PartName[]): void;
  stop(): void;
}

/** Keeps the screen's facts fresh: by the stream of events, by polling while it does not stand, and says so where neither works. */
export function startLive(first: ApiClient, deps: LiveDeps): Live {
  const ended = new AbortController();
  const { signal } = ended;
  let stands = false;
  const reader = createReader(first, deps, () => stands, signal);
  void reader.run();
  void listen(
    () => reader.api,
    {
      onOpened() {
        stands = true;
        // What happened between the last reading and now was told to nobody.
        reader.refresh(ALL_PARTS);
      },
      // A stream that stands is not yet a screen that is up to date: what was there before has to be read first.
      onBeat() {
        if (deps.state().link.kind === 'live') reader.link('live', { heardAt: deps.now() });
      },
      onEvent: (type) => reader.refresh(partsChangedBy(type)),
      onLost(why) {
        if (!stands) return;
        stands = false;
        if (deps.state().link.kind !== 'refused') reader.link('polling', { why });
        reader.refresh(ALL_PARTS);
      },
    },
    signal,
  );
  return {
    get api() {
      return reader.api;
    },
    refresh: (names) => reader.refresh(names),
    stop() {
      ended.abort();
      reader.wake();
    },
  };
}

interface Reader {
  readonly api: ApiClient;
  refresh(names: readonly PartName[]): void;
  link(kind: Link['kind'], more?: Partial<Link>): void;
  wake(): void;
  /** Reads what is to be read until `signal` aborts. */
  run(): Promise<void>;
}

function createReader(first: ApiClient, deps: LiveDeps, stands: () => boolean, signal: AbortSignal): Reader {
  let api = first;
  let dirty = new Set<PartName>(ALL_PARTS);
  let readAllAt = 0;
  let wake: () => void = () => undefined;
  const link = (kind: Link['kind'], more: Partial<Link> = {}): void => deps.dispatch({ kind: 'linked', link: { kind, ...more }, url: api.url });
  /** Nothing that is asked for is answered. */
  const isOut = (): boolean => ['stale', 'refused'].includes(deps.state().link.kind);
  function untilAll(): number {
    const { kind } = deps.state().link;
    const every = kind === 'stale' ? STALE_POLL_MS : kind === 'refused' ? REFUSED_POLL_MS : stands() ? LIVE_POLL_MS : POLL_MS;
    return readAllAt + every - deps.now();
  }

  /** Until the time is over or something is to be read. */
  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, ms));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function readAgain(): Promise<void> {
    const names = [...dirty];
    dirty = new Set();
    if (names.length === ALL_PARTS.length) readAllAt = deps.now();
    const slow = setTimeout(() => link('stale', { why: 'It takes long to answer.' }), SLOW_MS);
    const looked = lookedAt(deps.state());
    const { parts, unreachable, refused } = await readParts(api, names, deps.state().snapshot, looked);
    clearTimeout(slow);
    if (signal.aborted) return;
    if (unreachable === null && refused === null) {
      link(stands() ? 'live' : 'polling', { heardAt: deps.now() });
      return deps.dispatch({ kind: 'loaded', parts, looked });
    }
    dirty = new Set(ALL_PARTS);
    if (refused === null) link('stale', { why: unreachable?.message ?? null });
    else link('refused', { why: sentenceOf(refused) });
    // It may be another process by now, at another address, or another token.
    api = await deps.connect().catch(() => api);
  }

  return {
    get api() {
      return api;
    },
    link,
    wake: () => wake(),
    refresh(names) {
      for (const name of names) dirty.add(name);
      if (names.length > 0) wake();
    },
    async run() {
      while (!signal.aborted) {
        if (dirty.size === 0 || isOut()) await pause(untilAll());
        await delay(GATHER_MS);
        if (signal.aborted) return;
        if (untilAll() <= 0) dirty = new Set(ALL_PARTS);
        await readAgain();
      }
    },
  };
}
