export interface Slots {
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `count` at once; the others wait their turn. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting: Array<() => void> = [];
  return {
    async use(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
