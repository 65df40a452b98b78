import { randomBytes } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { formatId, type Ids } from '#kernel/ids.ts';

/**
 * Ids that sort in the order in which this process made them, also within one millisecond and when the clock is set back: the next
 * one then takes the last one's time and its chance plus one (https://github.com/ulid/spec, "Monotonicity"). Lists are read in the
 * order of ids, so what was made first comes first. An id is no secret.
 */
export function createIds(clock: Clock): Ids {
  let lastMs = 0;
  let last = Buffer.alloc(10);

  function next(): void {
    const nowMs = clock.now().getTime();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      last = randomBytes(10);
      return;
    }
    for (let at = 9; at >= 0; at -= 1) {
      last[at] = ((last[at] ?? 0) + 1) & 255;
      if (last[at] !== 0) return;
    }
    lastMs += 1; // all 80 bits were ones: the next millisecond is borrowed
  }

  return {
    next(kind) {
      next();
      return formatId(kind, lastMs, last);
    },
  };
}
