import { globMatcher } from '#kernel/glob.ts';
import { chanceOfConflict, likelihoodOf, type Likelihood } from './decide.chance.ts';
import { importsBetween, reachOf, type Reach } from './decide.graph.ts';
import { orderOf, reaches, wavesOf } from './decide.waves.ts';
import type { PairCause, PairReport, PlannableTask, Serialisation, SerialiseFacts, TaskDependency } from './model.ts';

/** From this chance on that two tasks change the same place, one of them waits: a conflict costs an agent's run, waiting costs one too. */
export const WAIT_FROM = 0.25;

/**
 * In which order tasks may run: declared dependencies are kept, and a pair waits for each other only when it must: their scopes name the
 * same files, share a file that history says everybody changes, or make the same new files. Scopes that merely overlap widely, and files
 * that import each other, run side by side: the queue merges and verifies them together. Pure; facts in, order out. Invariants: no
 * dependency is dropped, the added ones never close a circle, the result does not depend on the order of pairs.
 */
export function serialise(tasks: readonly PlannableTask[], facts: SerialiseFacts): Serialisation {
  const declared = new Map(tasks.map((task) => [task.key, task.dependsOn.filter((key) => tasks.some((other) => other.key === key))]));
  const order = orderOf(
    tasks.map(({ key }) => key),
    declared,
  );
  const inOrder = order.keys.flatMap((key) => tasks.find((task) => task.key === key) ?? []);
  const known = inOrder.map((task) => footprintOf(task, facts));
  const pairs: PairReport[] = [];
  for (const [at, left] of known.entries()) for (const right of known.slice(at + 1)) pairs.push(compare(left, right, { facts, declared }));
  const dependencies = dependenciesOf(order.keys, declared, pairs);
  const needed = new Map<string, string[]>(order.keys.map((key) => [key, []]));
  for (const { task, on } of dependencies) needed.get(task)?.push(on);
  const waves = order.cycle.length > 0 ? null : wavesOf(order.keys, needed);
  return {
    waves,
    cycle: order.cycle,
    width: widest(waves),
    plannedWidth: order.cycle.length > 0 ? 0 : widest(wavesOf(order.keys, declared)),
    dependencies,
    pairs,
    ...sharesOf(tasks, pairs),
    holds: order.cycle.length === 0 && pairs.every(({ verdict }) => verdict !== 'serialise'),
  };
}

function widest(waves: readonly (readonly string[])[] | null): number {
  return Math.max(0, ...(waves ?? []).map((wave) => wave.length));
}

function sharesOf(
  tasks: readonly PlannableTask[],
  pairs: readonly PairReport[],
): Pick<Serialisation, 'independentShare' | 'parallelShare' | 'independentTaskShare'> {
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
  const waiting = new Set(pairs.filter(({ mustWait }) => mustWait).flatMap(({ left, right }) => [left, right]));
  return {
    independentShare: share(pairs.filter(({ cause }) => cause === null).length, pairs.length),
    parallelShare: share(pairs.filter(({ mustWait }) => !mustWait).length, pairs.length),
    independentTaskShare: share(tasks.length - waiting.size, tasks.length),
  };
}

/** What a task may touch, worked out once. */
interface Footprint {
  task: PlannableTask;
  reach: Reach;
  likelihood: Likelihood;
}

function footprintOf(task: PlannableTask, { graph, history }: SerialiseFacts): Footprint {
  const matches = globMatcher(task.scope);
  const paths = [...graph.files].filter(matches);
  return { task, reach: reachOf(graph, paths), likelihood: likelihoodOf(task, paths, history) };
}

interface Compared {
  facts: SerialiseFacts;
  declared: ReadonlyMap<string, readonly string[]>;
}

const MOST_EXAMPLES = 5;

function compare(left: Footprint, right: Footprint, { facts, declared }: Compared): PairReport {
  const [a, b] = [left.task.key, right.task.key];
  const shared = [...left.reach.paths].filter((path) => right.reach.paths.has(path));
  const hotFiles = facts.history.hot.filter(({ path }) => left.reach.paths.has(path) && right.reach.paths.has(path)).map(({ path }) => path);
  const chance = shared.length > 0 ? chanceOfConflict(left.likelihood, right.likelihood, shared, new Set(hotFiles)) : { total: 0, worst: null };
  const imports = importsBetween(left.reach, right.reach);
  const sameNew = shared.length === 0 && facts.globsMeet(left.task.scope, right.task.scope);
  // Two tasks that name the same file or folder which is not there yet both make it.
  const namesSameNew = sameNew && left.task.scope.some((glob) => right.task.scope.includes(glob));
  const conflictChance = namesSameNew ? Math.max(0.5, chance.total) : chance.total;
  const mustWait = conflictChance >= WAIT_FROM;
  const cause = causeOf({ mustWait, namesSameNew, worstIsHot: chance.worst !== null && hotFiles.includes(chance.worst), shared, sameNew, imports });
  const ordered = reaches(declared, a, b) || reaches(declared, b, a);
  return {
    left: a,
    right: b,
    verdict: ordered ? 'ordered' : mustWait ? 'serialise' : cause === null ? 'independent' : 'related',
    cause,
    mustWait,
    conflictChance: Math.round(conflictChance * 100) / 100,
    sharedFiles: { count: shared.length, examples: likeliest(shared, left.likelihood, right.likelihood).slice(0, MOST_EXAMPLES) },
    hotFiles,
    imports,
    reason: reasonOf({ cause, shared, worst: chance.worst, imports, conflictChance, facts, ordered }),
  };
}

function likeliest(shared: readonly string[], left: Likelihood, right: Likelihood): string[] {
  const weight = (path: string): number => left(path) * right(path);
  return shared.toSorted((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1));
}

interface Found {
  mustWait: boolean;
  namesSameNew: boolean;
  worstIsHot: boolean;
  shared: readonly string[];
  sameNew: boolean;
  imports: PairReport['imports'];
}

function causeOf({ mustWait, namesSameNew, worstIsHot, shared, sameNew, imports }: Found): PairCause | null {
  if (mustWait && namesSameNew) return 'new_files';
  if (mustWait) return worstIsHot ? 'hot_file' : 'same_files';
  if (shared.length > 0 || sameNew) return 'overlap';
  return imports === null ? null : 'imports';
}

interface Reasons {
  cause: PairCause | null;
  shared: readonly string[];
  worst: string | null;
  imports: PairReport['imports'];
  conflictChance: number;
  facts: SerialiseFacts;
  ordered: boolean;
}

function reasonOf({ cause, shared, worst, imports, conflictChance, facts, ordered }: Reasons): string {
  const chance = `${Math.round(conflictChance * 100)} %`;
  const declared = ordered && cause === null ? 'The plan orders them; nothing in the repository asks for it.' : null;
  if (cause === 'new_files') return 'Both scopes name the same file or folder that does not exist yet.';
  if (cause === 'hot_file') {
    const share = facts.history.shares.get(worst ?? '') ?? 0;
    return `Both may change ${worst}, which ${Math.round(share * 100)} % of recent commits touch (chance of a conflict ${chance}).`;
  }
  if (cause === 'same_files')
    return `Both are likely to change ${worst}${shared.length > 1 ? ` and ${shared.length - 1} more` : ''} (chance of a conflict ${chance}).`;
  if (cause === 'overlap')
    return shared.length === 0
      ? 'Their scopes could meet in files that do not exist yet.'
      : `Their scopes share ${shared.length} files, but are unlikely to meet in one (chance of a conflict ${chance}).`;
  if (cause === 'imports' && imports !== null) {
    const more = imports.count > 1 ? ` (and ${imports.count - 1} more)` : '';
    return `${imports.from} ${imports.distance === 1 ? 'depends on' : 'depends, by one file between, on'} ${imports.to}${more}: verified together.`;
  }
  return declared ?? 'Nothing connects them.';
}

/** Declared dependencies, and for each pair that must wait the later for the earlier; those that follow from others are left out. */
function dependenciesOf(keys: readonly string[], declared: ReadonlyMap<string, readonly string[]>, pairs: readonly PairReport[]): TaskDependency[] {
  const needed = new Map(keys.map((key) => [key, [...(declared.get(key) ?? [])]]));
  const found: TaskDependency[] = keys.flatMap((task) =>
    (declared.get(task) ?? []).map((on): TaskDependency => ({ task, on, why: 'declared', reason: 'The plan says so.' })),
  );
  const position = new Map(keys.map((key, at) => [key, at]));
  const at = (key: string): number => position.get(key) ?? 0;
  // The nearest before first: what it implies need not be said again.
  const waiting = pairs.filter((pair) => pair.verdict === 'serialise').toSorted((a, b) => at(a.right) - at(b.right) || at(b.left) - at(a.left));
  for (const { left, right, cause, reason } of waiting) {
    if (cause === null || reaches(needed, right, left)) continue;
    needed.get(right)?.push(left);
    found.push({ task: right, on: left, why: cause, reason });
  }
  return found;
}
