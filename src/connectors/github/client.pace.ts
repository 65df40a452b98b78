/** Lets calls through one after the other, `intervalMs` apart. */
export interface Pace {
  turn(): Promise<void>;
}

/**
 * GitHub asks for a second between writes of one account, and answers with a secondary limit to who does not wait.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
 */
export function createPace(intervalMs: number, pause: (ms: number) => Promise<void>): Pace {
  let next = 0;
  return {
    async turn() {
      const now = performance.now();
      const at = Math.max(now, next);
      next = at + intervalMs;
      if (at > now) await pause(at - now);
    },
  };
}

/** The same in the shape of a Bottleneck group, which is what the throttling plugin takes: only `key` and `schedule` of it are called. */
export function toGroup(pace: Pace) {
  return {
    key: () => ({
      async schedule(_options: unknown, work: (...given: unknown[]) => Promise<unknown>, ...given: unknown[]): Promise<unknown> {
        await pace.turn();
        return work(...given);
      },
    }),
  };
}

/** Remembers until when GitHub wants no more of a credential's calls, so that nobody asks in vain: who goes on asking may be shut out. */
export interface Gate {
  /** Milliseconds still to wait. */
  closedForMs(nowMs: number): number;
  closeUntil(atMs: number): void;
}

export function createGate(): Gate {
  let until = 0;
  return {
    closedForMs: (nowMs) => Math.max(0, until - nowMs),
    closeUntil(atMs) {
      until = Math.max(until, atMs);
    },
  };
}
