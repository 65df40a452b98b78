import type {
  AttributionStep,
  BuildFacts,
  decideAfterFailure,
  decideAttribution,
  EvidenceRun,
  nextBatchLimit,
  planBuilds,
  SchedulingEntry,
  Suspicion,
} from '#modules/queue-schedule/index.ts';
import type { decideAfterPass } from '#modules/merge-queue/index.ts';
import type { CreatePolicy, Policy, SimulatedChange, Simulation } from './decide.simulator.ts';

/** The production queue's own decisions, handed in: the simulator and the controller decide by the same functions. */
export interface QueueDecisions {
  planBuilds: typeof planBuilds;
  nextBatchLimit: typeof nextBatchLimit;
  decideAfterFailure: typeof decideAfterFailure;
  decideAfterPass: typeof decideAfterPass;
  decideAttribution: typeof decideAttribution;
}

export interface ReeveLimits {
  lanes: number;
  mostBatch: number;
}

interface Waiting {
  change: SimulatedChange;
  suspicion: Suspicion | null;
  proven: boolean;
}

interface InFlight {
  id: string;
  facts: BuildFacts;
  /** Landed changes the build stands on. */
  base: number;
  members: Waiting[];
}

type Edges = Map<string, Map<string, 'text' | 'files'>>;

/** What the policy remembers; a controller would have it in rows. */
interface Memory {
  simulation: Simulation;
  decisions: QueueDecisions;
  limits: ReeveLimits;
  queued: Map<string, Waiting>;
  flying: Map<string, InFlight>;
  edges: Edges;
  builds: number;
  batch: number;
}

/** The queue of this product on the virtual clock: it only carries out what the decisions say. */
export function createReeve(decisions: QueueDecisions, limits: ReeveLimits): CreatePolicy {
  return (simulation): Policy => {
    const memory: Memory = { simulation, decisions, limits, queued: new Map(), flying: new Map(), edges: new Map(), builds: 0, batch: 1 };
    return { arrived: (change) => arrive(memory, change), look: () => look(memory) };
  };
}

function arrive({ simulation, queued, flying, edges }: Memory, change: SimulatedChange): void {
  const active = [...queued.values(), ...[...flying.values()].flatMap(({ members }) => members)];
  edges.set(change.id, new Map());
  for (const other of active) relate(simulation, edges, change, other.change);
  queued.set(change.id, { change, suspicion: null, proven: false });
}

function look(memory: Memory): void {
  const plan = memory.decisions.planBuilds({
    nowMs: memory.simulation.nowMin() * 60_000,
    control: 'running',
    queued: [...memory.queued.values()].map(toEntry),
    inFlight: [...memory.flying.values()].map(({ facts }) => facts),
    graph: { edges: memory.edges },
    limits: { lanes: memory.limits.lanes, batch: memory.batch },
  });
  for (const build of plan.builds) begin(memory, build);
}

function begin(memory: Memory, plan: { kind: BuildFacts['kind']; lane: number; members: readonly string[] }): void {
  const members = plan.members.flatMap((id) => memory.queued.get(id) ?? []);
  memory.builds += 1;
  const build: InFlight = { id: `b${memory.builds}`, facts: { ...plan, solo: false }, base: memory.simulation.landed.length, members };
  for (const { change } of members) memory.queued.delete(change.id);
  memory.flying.set(build.id, build);
  memory.simulation.run(build.base, changesOf(build), (passed) => (passed ? onPass(memory, build) : onFailure(memory, build)));
}

function onPass(memory: Memory, build: InFlight): void {
  const { simulation, decisions, queued, flying } = memory;
  flying.delete(build.id);
  memory.batch = decisions.nextBatchLimit(memory.batch, 'passed', { most: memory.limits.mostBatch });
  const others = simulation.landed.slice(build.base);
  const next = decisions.decideAfterPass({
    kind: build.facts.kind,
    size: build.members.length,
    solo: false,
    onHead: build.base === simulation.landed.length,
    joinInFlight: [...flying.values()].some(({ facts }) => facts.kind === 'join'),
    independent: !build.members.some(({ change }) => others.some((other) => simulation.relation(change, other) !== null)),
    movedBy: 'queue',
    mode: 'before',
  });
  for (const member of build.members) {
    if (next === 'join') queued.set(member.change.id, { ...member, suspicion: null, proven: true });
    else leave(memory, member.change, () => simulation.land(member.change));
  }
}

function onFailure(memory: Memory, build: InFlight): void {
  const next = memory.decisions.decideAfterFailure({ id: build.id, size: build.members.length }, build.members[0]?.suspicion ?? null);
  memory.batch = memory.decisions.nextBatchLimit(memory.batch, 'failed', { most: memory.limits.mostBatch });
  if (next.kind === 'judge') return judge(memory, build, [evidence('candidate', false)]);
  memory.flying.delete(build.id);
  for (const member of build.members) memory.queued.set(member.change.id, { ...member, suspicion: next.suspicion });
}

function judge(memory: Memory, build: InFlight, runs: readonly EvidenceRun[]): void {
  const proven = build.members[0]?.proven ?? false;
  const step = memory.decisions.decideAttribution({ runs, onOwnBase: build.base === 0, proven, headIsGreen: true });
  if (step.kind === 'verdict') conclude(memory, build, step.verdict);
  else memory.simulation.run(...treeOf(step.role, build), (passed) => judge(memory, build, [...runs, evidence(step.role, passed)]));
}

function conclude(memory: Memory, build: InFlight, verdict: Extract<AttributionStep, { kind: 'verdict' }>['verdict']): void {
  if (verdict === 'flake') return onPass(memory, build);
  memory.flying.delete(build.id);
  for (const member of build.members) {
    if (verdict === 'inherited') memory.queued.set(member.change.id, member);
    else leave(memory, member.change, () => memory.simulation.refuse(member.change));
  }
}

function leave({ edges }: Memory, { id }: SimulatedChange, end: () => void): void {
  for (const other of edges.get(id)?.keys() ?? []) edges.get(other)?.delete(id);
  edges.delete(id);
  end();
}

const changesOf = (build: InFlight): SimulatedChange[] => build.members.map(({ change }) => change);

const evidence = (role: EvidenceRun['role'], passed: boolean): EvidenceRun => ({ role, tree: role, passed, failed: passed ? [] : ['test'] });

/** What each question of the attribution runs: the candidate again, the change on what it was written on, the head alone. */
function treeOf(role: EvidenceRun['role'], build: InFlight): [number, SimulatedChange[]] {
  if (role === 'head') return [build.base, []];
  return role === 'submitted' ? [0, changesOf(build)] : [build.base, changesOf(build)];
}

function relate(simulation: Simulation, edges: Edges, a: SimulatedChange, b: SimulatedChange): void {
  const kind = simulation.relation(a, b);
  if (kind === null) return;
  edges.get(a.id)?.set(b.id, kind);
  edges.get(b.id)?.set(a.id, kind);
}

function toEntry({ change, suspicion, proven }: Waiting): SchedulingEntry {
  return {
    id: change.id,
    priority: 2,
    retries: 0,
    submittedAtMs: change.arrivedMin * 60_000,
    notBeforeMs: null,
    dependsOn: [],
    stuck: [],
    suspicion,
    proven,
    solo: false,
  };
}
