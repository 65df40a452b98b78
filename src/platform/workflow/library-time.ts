import type { Clock } from '#kernel/clock.ts';

/**
 * The library reads `Date.now()` and `new Date()` and takes no clock. With the machine's, its queues stand still for as long as the clock was
 * set back, a pause begun before takes that much longer, one written down by a process is another length of time to the next one, and
 * a schedule of a process that was started with a wrong clock never fires. So in this process both answer by `clock`, until the returned
 * function is called; a date made from something is what it was. What the machine says is still to be had: `ageMs` of platform/process.
 */
export function tellLibraryTime(clock: Clock): () => void {
  const machine = globalThis.Date;
  const now = (): number => clock.now().getTime();
  globalThis.Date = new Proxy(machine, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made) as object,
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
  return () => {
    globalThis.Date = machine;
  };
}
