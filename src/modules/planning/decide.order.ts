import { scopesOverlap } from './decide.scope.ts';

/** Something with a key that waits for others of its list. */
export interface Ordered {
  key: string;
  depends_on: readonly string[];
}

/** For each key, every key it waits for, directly or not. Unknown keys are ignored; a cycle makes its members wait for themselves. */
export function ancestorsOf(tasks: readonly Ordered[]): Map<string, Set<string>> {
  const direct = new Map(tasks.map((task) => [task.key, task.depends_on.filter((key) => tasks.some((other) => other.key === key))]));
  const all = new Map<string, Set<string>>();
  for (const { key } of tasks) {
    const reached = new Set<string>();
    const open = [...(direct.get(key) ?? [])];
    while (open.length > 0) {
      const next = open.pop();
      if (next === undefined || reached.has(next)) continue;
      reached.add(next);
      open.push(...(direct.get(next) ?? []));
    }
    all.set(key, reached);
  }
  return all;
}

/** Keys that are part of a cycle. */
export function cycleOf(tasks: readonly Ordered[]): string[] {
  return [...ancestorsOf(tasks)].filter(([key, reached]) => reached.has(key)).map(([key]) => key);
}

/**
 * Makes tasks whose scopes overlap wait for each other in list order: the later for the earlier. Disjointness is only needed
 * between independent tasks, so this is how "no path is named" (scope `**`) becomes a serial step and everything else stays
 * parallel. Dependencies that follow from others are left out.
 */
export function orderByOverlap<T extends { key: string; scope: readonly string[]; depends_on: string[] }>(tasks: readonly T[]): T[] {
  const done: T[] = [];
  for (const task of tasks) {
    const wanted = new Set([...task.depends_on, ...done.filter((earlier) => scopesOverlap(earlier.scope, task.scope)).map(({ key }) => key)]);
    const ancestors = ancestorsOf(done);
    const implied = new Set([...wanted].flatMap((key) => [...(ancestors.get(key) ?? [])]));
    done.push({ ...task, depends_on: [...wanted].filter((key) => !implied.has(key)) });
  }
  return done;
}
