/** What a watched run may use. */
export interface WatchLimits {
  wallMs: number;
  idleMs: number;
  outputBytes: number;
}

export interface Watch {
  /** Counts output and shows that the program is alive. */
  output(bytes: number): void;
  stop(): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `onLimit` at most once, when the run is too long, too quiet, or too talkative. */
export function createWatch(limits: WatchLimits, onLimit: (reason: 'wall_limit' | 'idle_limit' | 'output_limit', detail: string) => void): Watch {
  let bytes = 0;
  let done = false;
  let lastMs = performance.now();
  const hit = (reason: 'wall_limit' | 'idle_limit' | 'output_limit', detail: string): void => {
    if (done) return;
    stop();
    onLimit(reason, detail);
  };
  const wall = setTimeout(
    () => hit('wall_limit', `It ran longer than its limit of ${inWords(limits.wallMs)}.`),
    Math.min(limits.wallMs, LONGEST_TIMER_MS),
  );
  let idle: NodeJS.Timeout;
  // One timer that looks at the clock when it fires: restarting a timer for every chunk of output would cost more.
  const waitForSilence = (delayMs: number): void => {
    idle = setTimeout(
      () => {
        const restMs = limits.idleMs - (performance.now() - lastMs);
        if (restMs <= 0) hit('idle_limit', `It was silent for ${inWords(limits.idleMs)}, its idle limit.`);
        else waitForSilence(restMs);
      },
      Math.min(Math.ceil(delayMs), LONGEST_TIMER_MS),
    );
  };
  waitForSilence(limits.idleMs);
  function stop(): void {
    done = true;
    clearTimeout(wall);
    clearTimeout(idle);
  }
  return {
    output(count) {
      lastMs = performance.now();
      bytes += count;
      if (bytes > limits.outputBytes) hit('output_limit', `It wrote more than ${limits.outputBytes} bytes of output, its limit.`);
    },
    stop,
  };
}

function inWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 6000) / 10} min`;
}

/** Waits for `what`, but no longer than `patienceMs`; says whether it came. Rejections count as having come. */
export async function settlesWithin(what: Promise<unknown>, patienceMs: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), patienceMs);
  try {
    return await Promise.race([
      what.then(
        () => true,
        () => true,
      ),
      late.promise,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
