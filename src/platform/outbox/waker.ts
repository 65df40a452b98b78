/** Lets several wait for "something happened". */
export interface Waker {
  wake(): void;
  /** Resolves at the next `wake` after this call, or, `late`, after `timeoutMs`. */
  next(timeoutMs: number): Promise<'woken' | 'late'>;
}

export function createWaker(): Waker {
  const waiting = new Set<() => void>();
  return {
    wake() {
      for (const resolve of waiting) resolve();
    },
    next(timeoutMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => done('late'), timeoutMs);
        const woken = (): void => done('woken');
        function done(how: 'woken' | 'late'): void {
          clearTimeout(timer);
          waiting.delete(woken);
          resolve(how);
        }
        waiting.add(woken);
      });
    },
  };
}
