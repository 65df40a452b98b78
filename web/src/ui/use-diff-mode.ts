import { useSyncExternalStore } from 'react';
import { browserStore } from './browser-store.ts';
import type { DiffMode } from './diff-table.tsx';

const KEY = 'reeve.diff';
const watchers = new Set<() => void>();
const wide = matchMedia('(min-width: 1100px)');

/** A browser that keeps nothing has the choice for this page alone. */
let picked: DiffMode | null = null;

const chosen = (): DiffMode => picked ?? (browserStore.getItem(KEY) === 'split' ? 'split' : 'unified');

/** How changes are shown, as somebody chose it last on this device; side by side only where there is room for two columns. */
export function useDiffMode(): { mode: DiffMode; choose(mode: DiffMode): void; isWide: boolean } {
  const mode = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, chosen);
  const isWide = useSyncExternalStore(
    (watcher) => {
      wide.addEventListener('change', watcher);
      return () => wide.removeEventListener('change', watcher);
    },
    () => wide.matches,
  );
  return { mode, choose, isWide };
}

function choose(mode: DiffMode): void {
  picked = mode;
  browserStore.setItem(KEY, mode);
  for (const watcher of watchers) watcher();
}
