import { groupBuilds, isSolo, toBuildFacts } from './decide.builds.ts';
import {
  decidePace,
  planBuilds,
  type LanePlan,
  type SchedulingEntry,
  compareEntries,
  orderFactsOf,
  stuckDependencies,
  unmetDependencies,
  type Dependency,
  type Wait,
} from '#modules/queue-schedule/index.ts';
import type { QueueEntry } from './model.ts';
import type { LadderRules } from './model.ladder.ts';
import { ladderOf, schedulingOf, type MergeQueueDeps } from './steps.context.ts';
import type { GraphReader } from './steps.graph.ts';
import { commandsFor } from './steps.regenerate.ts';
import type { TargetState } from './store.targets.ts';

/** The rows of one target at one moment. */
export interface Snapshot {
  active: readonly QueueEntry[];
  dependencies: ReadonlyMap<string, readonly Dependency[]>;
  target: TargetState;
  /** Durations of the last runs of the checks, newest first. */
  checksMs: readonly number[];
}

// A plan looks at the first that could be begun: the graph grows with their square, and what is behind them waits anyway.
const MOST_PLANNED = 96;

export type PlanDeps = Pick<MergeQueueDeps, 'clock' | 'mirrors' | 'scheduling' | 'ladder'>;

/** The plan of a target as it stands: what the worker begins next, and why everything else waits. */
export async function planTarget(deps: PlanDeps, graph: GraphReader, snapshot: Snapshot): Promise<LanePlan> {
  const { active, dependencies, target } = snapshot;
  const [any] = active;
  if (any === undefined) return { builds: [], waits: new Map(), wakeAtMs: null };
  const now = deps.clock.now();
  const { builds } = groupBuilds(active);
  const flying = builds.flatMap((build) => build.members);
  const queued = active.filter((entry) => entry.state === 'queued').toSorted((a, b) => compareEntries(a, b, now));
  const rules = await ladderOf(deps, any);
  const facts = queued.map((entry) => toScheduling(entry, dependencies.get(entry.id) ?? [], rules));
  const { ready, beyond } = chooseWindow(facts, now.getTime());
  const { lanes, mostBatch, cheap } = decidePace(snapshot.checksMs, await schedulingOf(deps, any.projectId));
  // With every lane taken nothing can be begun, so nothing has to be merged to find out; what waits is waiting for a lane.
  const idle = ready.size > 0 && builds.length < lanes && target.control !== 'paused';
  const related = [...queued.filter(({ id }) => ready.has(id)), ...flying];
  const plan = planBuilds({
    nowMs: now.getTime(),
    control: target.control,
    queued: facts.filter(({ id }) => !beyond.has(id)),
    inFlight: builds.map(toBuildFacts),
    // Where checks cost next to nothing, putting changes on top of each other is the cheapest way to see which do not go together.
    graph: idle && !cheap ? await graph.read(await deps.mirrors(any.repositoryId), related) : graph.known(related),
    limits: { lanes, batch: Math.min(target.batchLimit, mostBatch) },
  });
  const wait: Wait = target.control === 'running' ? { kind: 'no_lane', ids: flying.map(({ id }) => id) } : { kind: target.control };
  return { ...plan, waits: new Map([...plan.waits, ...[...beyond].map((id): [string, Wait] => [id, wait])]) };
}

/**
 * In order: which entries could be begun and are looked at now, and which could and are behind those. The rest waits for
 * something else and takes nobody's place.
 */
function chooseWindow(facts: readonly SchedulingEntry[], nowMs: number): { ready: Set<string>; beyond: Set<string> } {
  const [ready, beyond] = [new Set<string>(), new Set<string>()];
  for (const entry of facts) {
    if ((entry.notBeforeMs ?? 0) > nowMs || !entry.dependsOn.every((id) => ready.has(id))) continue;
    if (ready.size < MOST_PLANNED || entry.proven) ready.add(entry.id);
    else beyond.add(entry.id);
  }
  return { ready, beyond };
}

function toScheduling(entry: QueueEntry, dependencies: readonly Dependency[], rules: LadderRules): SchedulingEntry {
  return {
    ...orderFactsOf(entry),
    notBeforeMs: entry.notBefore?.getTime() ?? null,
    dependsOn: unmetDependencies(dependencies),
    stuck: stuckDependencies(dependencies),
    suspicion: entry.suspicion,
    proven: entry.provenOn !== null,
    solo: isSolo(entry),
    leads: commandsFor(entry, rules, []).length > 0,
  };
}
