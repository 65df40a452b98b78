import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';

/** Reading is at most one part in so many of the time, however often and by how many it is scraped. */
const REST = 20;
/** What takes longer goes on beside the scrape, which tells what was read before: a scrape waits ten seconds by default. */
const MOST_WAIT_MS = 2000;

/**
 * What reads at most a twentieth of the time: asked again too early it answers at once and has read nothing, asked while it reads it waits for that,
 * two seconds at most. A reading that fails is tried again by the next who asks.
 */
export function createSparing(clock: Clock, read: (now: Date) => Promise<void>): () => Promise<void> {
  let reading: Promise<void> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  async function readNow(): Promise<void> {
    const now = clock.now();
    await read(now);
    readAt = now.getTime();
    tookMs = clock.now().getTime() - readAt;
  }
  return async () => {
    if (reading === null && clock.now().getTime() - readAt < tookMs * REST) return;
    reading ??= readNow().finally(() => {
      reading = null;
    });
    reading.catch(() => {});
    await Promise.race([reading, delay(MOST_WAIT_MS, undefined, { ref: false })]);
  };
}
