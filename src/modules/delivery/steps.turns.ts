/** Runs `work` when it is its turn: at most so many pieces at once, the lowest `order` first among those that wait. */
export type Turn = <T>(order: string, work: () => Promise<T>) => Promise<T>;

/**
 * Older stories go first. A step takes a moment of one thread that all stories share; taken in the order of arrival, twelve stories
 * advance together and the first one ends as late as the last. Ordered by their work items (ids sort by time), the first one is
 * merged while the last is still being planned.
 */
export function createTurns(most: number): Turn {
  const waiting: Array<{ order: string; begin: () => void }> = [];
  let busy = 0;

  function next(): void {
    const [first] = waiting.toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    if (first === undefined || busy >= most) return;
    waiting.splice(waiting.indexOf(first), 1);
    busy += 1;
    first.begin();
  }

  return async (order, work) => {
    await new Promise<void>((resolve) => {
      waiting.push({ order, begin: resolve });
      next();
    });
    try {
      return await work();
    } finally {
      busy -= 1;
      next();
    }
  };
}
