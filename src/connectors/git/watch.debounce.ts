export interface DebounceTimes {
  /** Quiet for so long: it is over. */
  quietMs: number;
  /** Never later than this after the first call, however busy it is. */
  mostMs: number;
}

export interface Debounce {
  /** Something happened. */
  call(): void;
  /** Drops what is waiting and resolves when the run under way is over; nothing runs afterwards. */
  stop(): Promise<void>;
}

/** Runs `work` after calls, one run at a time; calls during a run lead to another one. */
export function createDebounce({ quietMs, mostMs }: DebounceTimes, work: () => Promise<void>): Debounce {
  let first: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let stopped = false;

  function arm(): void {
    if (stopped || first === null) return;
    clearTimeout(timer);
    const now = performance.now();
    timer = setTimeout(run, Math.max(0, Math.min(quietMs, first + mostMs - now)));
    timer.unref();
  }

  function run(): void {
    // Armed again when the run under way ends.
    if (running !== null || stopped) return;
    first = null;
    running = work().finally(() => {
      running = null;
      arm();
    });
  }

  return {
    call() {
      first ??= performance.now();
      arm();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}
