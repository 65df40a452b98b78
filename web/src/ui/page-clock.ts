/** One clock for all times of a page: they change together, twice a minute. */
const EVERY_MS = 30_000;
/** Nobody watches: what was read so long ago is not the time any more. */
const STALE_MS = 1000;

let now = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Tells the watcher each time the clock moves on; answers how to end that. */
export function watchClock(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= begin();
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function begin(): ReturnType<typeof setInterval> {
  renew();
  return setInterval(() => {
    renew();
    for (const each of watchers) each();
  }, EVERY_MS);
}

/** The time of day of this page, in milliseconds since 1970: the same for all who ask until the clock moves on. */
export function readClock(): number {
  if (timer === undefined) renew();
  return now;
}

/** What was read a moment ago stays: who asks twice while nobody watches hears the same. */
function renew(): void {
  const time = Date.now();
  if (Math.abs(time - now) >= STALE_MS) now = time;
}
