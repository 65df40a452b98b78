import type { Clock } from '#kernel/clock.ts';
import type { Mirror } from '#ports/git.ts';

/** Brings a mirror up to date for whoever looks at something. */
export interface Fetched {
  /**
   * Fetches once, and within a minute not again for the same: for `commit`, or for the branches as they are now (null). Whoever asks while a fetch is
   * under way waits for that one. What it threw is thrown again for that minute: AppError unavailable, rate_limited, forbidden.
   */
  fetch(repositoryId: string, mirror: Pick<Mirror, 'fetch'>, commit: string | null): Promise<void>;
}

const KEPT_MS = 60_000;
const MOST_KEPT = 1000;

/** Looking costs a viewer nothing: without this every look at a commit that is nowhere would ask the forge. */
export function createFetched({ clock }: { clock: Clock }): Fetched {
  const underWay = new Map<string, Promise<void>>();
  /** In the order in which they began. */
  const kept = new Map<string, { atMs: number; done: Promise<void> }>();
  return {
    fetch(repositoryId, mirror, commit) {
      const key = `${repositoryId}:${commit ?? ''}`;
      const nowMs = clock.now().getTime();
      for (const [old, { atMs }] of kept) {
        if (kept.size <= MOST_KEPT && nowMs - atMs < KEPT_MS) break;
        kept.delete(old);
      }
      const known = kept.get(key);
      if (known !== undefined) return known.done;
      const done = underWay.get(repositoryId) ?? mirror.fetch().finally(() => underWay.delete(repositoryId));
      underWay.set(repositoryId, done);
      for (const one of new Set([key, `${repositoryId}:`])) {
        kept.delete(one);
        kept.set(one, { atMs: nowMs, done });
      }
      return done;
    },
  };
}
