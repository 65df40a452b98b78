/** Lets loops sleep until something happens or a time has passed. */
export interface Waker {
  wake(): void;
  /** Grows with each wake. Read it before looking at the rows and pass it to `wait`: a wake in between is then not lost. */
  count(): number;
  /** Resolves after `timeoutMs`, at the next wake, or within milliseconds when there was one since `seen`: many wakes become one look. */
  wait(timeoutMs: number, seen: number): Promise<void>;
}

/** Every submission wakes; a look at the rows after each would cost more than the submissions. */
const REST_MS = 4;

export function createWaker(): Waker {
  const waiting = new Set<() => void>();
  let count = 0;
  return {
    count: () => count,
    wake() {
      count += 1;
      for (const resolve of waiting) resolve();
    },
    wait(timeoutMs, seen) {
      if (seen !== count) return new Promise((resolve) => setTimeout(resolve, REST_MS));
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, timeoutMs);
        waiting.add(end);
      });
    },
  };
}
