/** Keeps the last `maxBytes` of a stream; the end of an output is where the reason of a failure stands. */
export interface Tail {
  push(chunk: Buffer): void;
  /** What was kept. */
  bytes(): Buffer;
  /** How much was not. */
  dropped(): number;
}

export function createTail(maxBytes: number): Tail {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let droppedBytes = 0;
  const trim = (): void => {
    const all = Buffer.concat(kept);
    const end = all.subarray(Math.max(0, all.length - maxBytes));
    droppedBytes += all.length - end.length;
    kept = [end];
    keptBytes = end.length;
  };
  return {
    push(chunk) {
      kept.push(chunk);
      keptBytes += chunk.length;
      // Twice the limit before trimming: each byte is copied at most once more, however small the chunks are.
      if (keptBytes > 2 * maxBytes + 4096) trim();
    },
    bytes() {
      trim();
      return kept[0] ?? Buffer.alloc(0);
    },
    dropped() {
      trim();
      return droppedBytes;
    },
  };
}
