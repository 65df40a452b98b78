import type { History, PlannableTask, TaskSize } from './model.ts';

/** The chance that a task changes a path, 0 to 1; 0 outside its scope. */
export type Likelihood = (path: string) => number;

/** Files a task of a size usually changes. */
const FILES_OF_SIZE: Readonly<Record<TaskSize, number>> = { XS: 1, S: 2, M: 4, L: 8, XL: 16 };

/** A file that the scope names by its full path was named because it is to be changed. */
const NAMED = 0.8;

/** A file no recent commit touched counts like one touched by half a commit of 400. */
const UNTOUCHED = 0.5 / 400;

/** Two changes of one file meet in the same place: everybody adds at the same place of an index or a manifest, elsewhere less often. */
const SAME_PLACE = { hot: 0.9, other: 0.5 };

/**
 * How likely a task is to change each of the existing files in its scope: as many as tasks of its size change, spread over the scope in
 * proportion to how often history touched each file. An estimate; it decides about waiting, never about what may land.
 */
export function likelihoodOf(task: PlannableTask, paths: readonly string[], history: History): Likelihood {
  const share = (path: string): number => (history.shares.get(path) ?? 0) + UNTOUCHED;
  const total = paths.reduce((sum, path) => sum + share(path), 0);
  const expected = FILES_OF_SIZE[task.estimate ?? 'M'];
  const inScope = new Set(paths);
  const named = new Set(task.scope.map((glob) => glob.replace(/^\.\//, '')));
  return (path) => {
    if (!inScope.has(path)) return 0;
    return Math.max(named.has(path) ? NAMED : 0, Math.min(1, (expected * share(path)) / total));
  };
}

/** The chance that two tasks meet in at least one place of the files they share, and the file most likely to be it. */
export function chanceOfConflict(
  left: Likelihood,
  right: Likelihood,
  shared: readonly string[],
  hot: ReadonlySet<string>,
): { total: number; worst: string | null } {
  let none = 1;
  let most = 0;
  let worst: string | null = null;
  for (const path of shared) {
    const chance = left(path) * right(path) * (hot.has(path) ? SAME_PLACE.hot : SAME_PLACE.other);
    none *= 1 - chance;
    if (chance > most) [most, worst] = [chance, path];
  }
  return { total: 1 - none, worst };
}
