/** Lets several wait for "something happened". */
export interface Waker {
  wake(): void;
  /** Resolves at the next `wake` after this call, or after `timeoutMs`. */
  next(timeoutMs: number): Promise<void>;
}

export function createWaker(): Waker {
  const waiting = new Set<() => void>();
  return {
    wake() {
      for (const resolve of waiting) resolve();
    },
    next(timeoutMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(done, timeoutMs);
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    },
  };
}
