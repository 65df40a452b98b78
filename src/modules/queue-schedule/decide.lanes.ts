import { edgeBetween, type ConflictGraph, type EdgeKind } from './decide.graph.ts';
import { compareFacts, type OrderFacts } from './decide.order.ts';
import type { Wait } from './model.waiting.ts';
import type { BuildKind, Suspicion, TargetControl } from './model.ts';

/**
 * Which change requests are verified together and which side by side. Pure, on plain facts with times in milliseconds, so
 * that the simulator and production decide alike.
 *
 * A **build** is a chain of change requests on one head: it is verified as one tree and lands as one move of the branch. A
 * **lane** is a place where a build may run; lanes verify side by side. What is related to a build in flight waits for it,
 * and what waits is not overtaken by anything related to it: so nothing starves. What passed on a head that has moved since is
 * **proven**; all that is proven joins in one build, of which there is one at a time, and lands as the combined tree.
 */
export interface SchedulingEntry extends OrderFacts {
  /** Back-off. */
  notBeforeMs: number | null;
  /** Ids of change requests that must land before; those of them that will not land by themselves are `stuck`. */
  dependsOn: readonly string[];
  stuck: readonly string[];
  /** Set while the culprit of a failed build is being looked for. */
  suspicion: Suspicion | null;
  /** It passed on a head that was left behind by another lane's landing. */
  proven: boolean;
  /** Lands by itself alone (an action publishes it). */
  solo: boolean;
  /** Needs more than a merge to be put on top of something (regenerated files), so it can only be the first of a build. */
  leads?: boolean;
}

/** A build in flight: merging, verifying or publishing. */
export interface BuildFacts {
  kind: BuildKind;
  lane: number;
  members: readonly string[];
  solo: boolean;
}

export interface LaneLimits {
  /** Builds at once on one target. */
  lanes: number;
  /** Most change requests in one build of a lane now; follows the failure rate (`nextBatchLimit`). */
  batch: number;
}

export interface LaneFacts {
  nowMs: number;
  control: TargetControl;
  queued: readonly SchedulingEntry[];
  inFlight: readonly BuildFacts[];
  graph: ConflictGraph;
  limits: LaneLimits;
}

export interface BuildPlan {
  kind: BuildKind;
  lane: number;
  /** In the order in which they are put on top of each other. */
  members: string[];
}

export interface LanePlan {
  builds: BuildPlan[];
  /** Why each entry that is in no build waits. */
  waits: Map<string, Wait>;
  /** When the first back-off runs out; null when only a new fact can help. */
  wakeAtMs: number | null;
}

interface OpenBuild extends BuildPlan {
  solo: boolean;
  cap: number;
  group: string | null;
}

interface Planning {
  facts: LaneFacts;
  open: OpenBuild[];
  /** Queued entries that wait for a build or a lane: nothing related to them may go first. */
  ahead: string[];
}

/** Joined builds hold what has passed once already: bounded only so that a failing one is not searched for ever. */
const MOST_JOINED = 64;

export function planBuilds(facts: LaneFacts): LanePlan {
  const planning: Planning = { facts, open: [], ahead: [] };
  const waits = new Map<string, Wait>();
  // What is proven has been in order once, and joins first: lanes that are always full would else keep it out.
  const order = facts.queued.toSorted((a, b) => Number(b.proven) - Number(a.proven) || compareFacts(a, b, facts.nowMs));
  for (const entry of order) {
    const wait = refuseNow(entry, facts) ?? place(planning, entry);
    if (wait === null) continue;
    waits.set(entry.id, wait);
    if (wait.kind === 'behind' || wait.kind === 'no_lane') planning.ahead.push(entry.id);
  }
  const times = [...waits.values()].flatMap((wait) => (wait.kind === 'backoff' ? [wait.untilMs] : []));
  const builds = planning.open.map(({ kind, lane, members }) => ({ kind, lane, members }));
  return { builds, waits, wakeAtMs: times.length === 0 ? null : Math.min(...times) };
}

/** What makes an entry wait whatever the lanes do; it holds nobody else up. */
function refuseNow(entry: SchedulingEntry, facts: LaneFacts): Wait | null {
  // What passed in its lane was begun: a draining target lands it.
  if (facts.control === 'paused' || (facts.control === 'draining' && !entry.proven)) return { kind: facts.control };
  if (entry.notBeforeMs !== null && entry.notBeforeMs > facts.nowMs) return { kind: 'backoff', untilMs: entry.notBeforeMs };
  return entry.stuck.length > 0 ? { kind: 'depends_on', ids: [...entry.dependsOn], stuck: [...entry.stuck] } : null;
}

/** Puts the entry into an open build or a new one; or answers what it waits for. */
function place(planning: Planning, entry: SchedulingEntry): Wait | null {
  const { facts, open, ahead } = planning;
  // First of all: what waits for a dependency may wait long, and must hold up nobody meanwhile.
  const outside = entry.dependsOn.filter((id) => !open.some((build) => build.members.includes(id)));
  if (outside.length > 0) return { kind: 'depends_on', ids: [...entry.dependsOn], stuck: [] };
  const inFlight = facts.inFlight.flatMap((build) => build.members);
  const first = [...related(facts.graph, entry, inFlight), ...related(facts.graph, entry, ahead)];
  if (first.length > 0) return { kind: 'behind', ids: first };
  const blocked = blockedByKind(planning, entry);
  if (blocked !== null) return blocked;
  const touching = open.filter((build) => relatesTo(facts.graph, entry, build));
  const [only] = touching;
  if (only === undefined) return intoFree(planning, entry);
  if (touching.length === 1 && fits(facts.graph, entry, only)) return add(only, entry);
  return { kind: 'behind', ids: touching.flatMap((build) => build.members) };
}

/** There is one joined build at a time, and one build that an action publishes. */
function blockedByKind({ facts, open }: Planning, entry: SchedulingEntry): Wait | null {
  const same = (build: BuildFacts): boolean => (entry.solo && build.solo) || (entry.proven && build.kind === 'join');
  const inFlight = facts.inFlight.filter(same);
  if (inFlight.length > 0) return { kind: 'behind', ids: inFlight.flatMap((build) => build.members) };
  const solo = open.find((build) => entry.solo && build.solo);
  return solo === undefined ? null : { kind: 'behind', ids: [...solo.members] };
}

function relatesTo(graph: ConflictGraph, entry: SchedulingEntry, build: OpenBuild): boolean {
  if (entry.proven && build.kind === 'join') return true;
  return build.members.some((member) => edgeBetween(graph, entry.id, member) !== null || entry.dependsOn.includes(member));
}

function fits(graph: ConflictGraph, entry: SchedulingEntry, build: OpenBuild): boolean {
  if (entry.solo || build.solo || entry.leads === true || build.members.length >= Math.min(build.cap, capOf(entry, build.cap))) return false;
  // Suspects are searched among themselves: nobody else's verification is risked on them.
  if (build.group !== (entry.suspicion?.group ?? null)) return false;
  const kinds = build.members.map((member): EdgeKind | null => edgeBetween(graph, entry.id, member));
  return !kinds.includes('text') && (build.kind === 'join') === entry.proven;
}

const capOf = (entry: SchedulingEntry, cap: number): number => Math.min(cap, entry.suspicion?.cap ?? cap);

function intoFree({ facts, open }: Planning, entry: SchedulingEntry): Wait | null {
  const lane = freeLane([...facts.inFlight, ...open], facts.limits.lanes);
  if (lane !== null) {
    const kind: BuildKind = entry.proven ? 'join' : 'lane';
    const cap = capOf(entry, kind === 'join' ? MOST_JOINED : facts.limits.batch);
    open.push({ kind, lane, members: [entry.id], solo: entry.solo, cap, group: entry.suspicion?.group ?? null });
    return null;
  }
  // All lanes are taken: what is independent of a build may still travel with it.
  const [smallest] = open.filter((build) => fits(facts.graph, entry, build)).toSorted((a, b) => a.members.length - b.members.length);
  if (smallest !== undefined) return add(smallest, entry);
  return { kind: 'no_lane', ids: [...facts.inFlight, ...open].flatMap((build) => build.members) };
}

function add(build: OpenBuild, entry: SchedulingEntry): null {
  build.members.push(entry.id);
  build.cap = capOf(entry, build.cap);
  return null;
}

function freeLane(taken: ReadonlyArray<{ lane: number }>, lanes: number): number | null {
  if (taken.length >= lanes) return null;
  for (let lane = 1; ; lane += 1) if (!taken.some((build) => build.lane === lane)) return lane;
}

function related(graph: ConflictGraph, entry: SchedulingEntry, ids: readonly string[]): string[] {
  return ids.filter((id) => edgeBetween(graph, entry.id, id) !== null);
}
