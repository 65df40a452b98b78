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
  type Run,
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
  /** The last runs of the checks, newest first. */
  runs: readonly Run[];
}

// A plan looks at the first that could be begun: each pair that shares a file is merged to see whether it can be, and what is behind
// them waits anyway. Several times what fits, because some of the first wait for each other.
const FEWEST_PLANNED = 24;
const MOST_PLANNED = 96;
const PLANNED_PER_PLACE = 3;

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
  const { lanes, mostBatch, cheap } = decidePace(snapshot.runs, await schedulingOf(deps, any.projectId));
  const batch = Math.min(target.batchLimit, mostBatch);
  const most = Math.min(MOST_PLANNED, Math.max(FEWEST_PLANNED, PLANNED_PER_PLACE * lanes * batch));
  const { ready, beyond } = chooseWindow(facts, now.getTime(), most);
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
    limits: { lanes, batch },
  });
  const wait: Wait = target.control === 'running' ? { kind: 'no_lane', ids: flying.map(({ id }) => id) } : { kind: target.control };
  return { ...plan, waits: new Map([...plan.waits, ...[...beyond].map((id): [string, Wait] => [id, wait])]) };
}

/**
 * In order: which entries could be begun and are looked at now, and which could and are behind those. The rest waits for
 * something else and takes nobody's place.
 */
function chooseWindow(facts: readonly SchedulingEntry[], nowMs: number, most: number): { ready: Set<string>; beyond: Set<string> } {
  const [ready, beyond] = [new Set<string>(), new Set<string>()];
  for (const entry of facts) {
    if ((entry.notBeforeMs ?? 0) > nowMs || !entry.dependsOn.every((id) => ready.has(id))) continue;
    if (ready.size < most || entry.proven) ready.add(entry.id);
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
