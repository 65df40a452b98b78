import type { Clock } from '#kernel/clock.ts';

/**
 * The library reads `Date.now()` and takes no clock. With the machine's, its queues stand still for as long as the clock was set back, a
 * pause begun before takes that much longer, and one written down by a process is another length of time to the next one. So `Date.now`
 * of this process answers by `clock`, until the returned function is called. `new Date()` still says what the machine says, which is the clock
 * that stamps files.
 */
export function tellLibraryTime(clock: Clock): () => void {
  const { now } = Date;
  Date.now = () => clock.now().getTime();
  return () => {
    Date.now = now;
  };
}
