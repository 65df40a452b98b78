/** A tab that nobody sees gives its line back: a browser has six per server, for all tabs together. */
const HIDDEN_MS = 30_000;

/** `pause`: nobody has seen the tab for a while. `resume`: it is seen again, after so long, or the network is back. */
export interface TabWatcher {
  pause(): void;
  resume(hiddenMs: number): void;
}

/** Answers how to end it. */
export function watchTab({ pause, resume }: TabWatcher): () => void {
  let rest: ReturnType<typeof setTimeout> | undefined;
  let hiddenAtMs: number | null = null;

  function look(): void {
    clearTimeout(rest);
    if (document.visibilityState === 'hidden') {
      hiddenAtMs ??= Date.now();
      rest = setTimeout(pause, HIDDEN_MS);
      return;
    }
    const hiddenMs = hiddenAtMs === null ? 0 : Date.now() - hiddenAtMs;
    hiddenAtMs = null;
    resume(hiddenMs);
  }

  // It may have been opened behind another.
  if (document.visibilityState === 'hidden') look();
  document.addEventListener('visibilitychange', look);
  addEventListener('online', look);
  return () => {
    clearTimeout(rest);
    document.removeEventListener('visibilitychange', look);
    removeEventListener('online', look);
  };
}
