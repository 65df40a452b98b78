/** The only source of the current instant outside the database. Passed in, so that tests and replays can own time. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

/** A clock that always answers the same instant until `advance` moves it; for tests and simulators. */
export interface ManualClock extends Clock {
  advance(byMs: number): void;
}

export function createManualClock(start: Date): ManualClock {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    advance(byMs) {
      nowMs += byMs;
    },
  };
}
