/** Runs `work` when it is its turn: the lowest `order` first among those that wait. */
export type Turn = <T>(order: string, work: () => Promise<T>) => Promise<T>;

export interface TurnRules {
  /** Pieces of work at once, however much time there is. */
  most: number;
  /** Whether this process is short of computing time right now. */
  isCrowded(): boolean;
}

/** A piece of work that takes longer waits for somebody else, most likely: it keeps nobody from their turn any more. */
const LONG_MS = 1000;

/** How soon one more may begin beside what is under way, in milliseconds: long enough to see what the last one costs. */
const BESIDE_EVERY_MS = 25;

/**
 * Older stories go first. Steps that compute share one thread; taken in the order of arrival, twelve stories advance together and the
 * first one ends as late as the last. Ordered by their work items (ids sort by time), the first one is merged while the last
 * is still being planned. Steps that wait for somebody else (a forge far away) cost no computing time, so others begin beside them:
 * one always runs, another begins only while the process is not crowded; what takes long is left to itself.
 */
export function createTurns({ most, isCrowded }: TurnRules): Turn {
  const waiting: Array<{ order: string; begin: () => void }> = [];
  /** Under way, and of it what takes long. */
  let busy = 0;
  let long = 0;
  let looking: NodeJS.Timeout | null = null;

  function next(): void {
    if (waiting.length === 0 || busy >= most) return;
    if (busy === long) begin();
    // Looked at again and again: what is under way may begin to wait, and what was begun must show its cost first.
    looking ??= setTimeout(beside, BESIDE_EVERY_MS);
  }

  function beside(): void {
    looking = null;
    if (busy < most && !isCrowded()) begin();
    next();
  }

  function begin(): void {
    const [first] = waiting.toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    if (first === undefined) return;
    waiting.splice(waiting.indexOf(first), 1);
    busy += 1;
    first.begin();
  }

  return async (order, work) => {
    await new Promise<void>((resolve) => {
      waiting.push({ order, begin: resolve });
      next();
    });
    let isLong = false;
    const timer = setTimeout(() => {
      isLong = true;
      long += 1;
      next();
    }, LONG_MS);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      busy -= 1;
      if (isLong) long -= 1;
      next();
    }
  };
}
