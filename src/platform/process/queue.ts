/** Hands values from callbacks to one `for await`. Values pushed after `close` are dropped. */
export interface AsyncQueue<T> extends AsyncIterable<T> {
  push(value: T): void;
  close(): void;
}

export function createAsyncQueue<T>(): AsyncQueue<T> {
  const values: T[] = [];
  let closed = false;
  let wake: (() => void) | null = null;
  const ring = (): void => {
    wake?.();
    wake = null;
  };
  return {
    push(value) {
      if (closed) return;
      values.push(value);
      ring();
    },
    close() {
      closed = true;
      ring();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = values.splice(0);
        yield* batch;
        if (values.length > 0) continue;
        if (closed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
