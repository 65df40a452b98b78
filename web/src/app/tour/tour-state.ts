import { useSyncExternalStore } from 'react';
import { keepStep, storedStep, TOUR, wasSeen } from './steps.ts';

const watchers = new Set<() => void>();
let step: number | null = readStored();

function readStored(): number | null {
  try {
    return storedStep(localStorage);
  } catch {
    // A browser that keeps nothing has a tour for this page alone.
    return null;
  }
}

function become(next: number | null): void {
  step = next;
  try {
    keepStep(localStorage, next);
  } catch {
    // As above.
  }
  for (const watcher of watchers) watcher();
}

/** The step the tour is at; null: it is not under way. */
export const useTourStep = (): number | null =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => step,
  );

export const beginTour = (): void => become(0);
export const leaveTour = (): void => become(null);
export const goToStep = (nr: number): void => become(Math.min(TOUR.length - 1, Math.max(0, nr)));

/** Begins the tour for somebody who was sent here to see it (`?tour=1`), once in a browser. */
export function offerTour(): void {
  let seen = false;
  try {
    seen = wasSeen(localStorage);
  } catch {
    // As above.
  }
  if (!seen) beginTour();
}
