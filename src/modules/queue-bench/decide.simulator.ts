import { createRandom, seedOf, type Random } from './decide.random.ts';
import { quantileOf } from './decide.statistics.ts';
import type { LoadReport, PolicyName } from './model.ts';

/**
 * A queue under load on a virtual clock: changes arrive, checks take their time, nothing sleeps. Pure: the same load gives
 * the same report. A change fails by itself, or together with another one of its area, or not at all; a run of the checks
 * may also fail for no reason. What a tree holds decides whether its checks pass.
 */
export interface Load {
  seed: number;
  /** Share of changes that fail by themselves. */
  failing: number;
  /** Share of runs that fail although nothing is wrong. */
  flakes: number;
  /** Share of pairs within an area that fail only together. */
  interacting: number;
  arrivalsPerHour: number;
  hours: number;
  minutesPerRun: number;
  /** Parts of the repository a change may touch; two changes of one area share a file. */
  areas: number;
  /** Share of pairs within an area whose texts conflict. */
  conflicting: number;
  /** Runs that may go on at once. */
  runners: number;
}

export interface SimulatedChange {
  id: string;
  number: number;
  area: number;
  culprit: boolean;
  arrivedMin: number;
}

/** What a policy may see and do. It is told of every event and may start runs; it never learns who is a culprit. */
export interface Simulation {
  nowMin(): number;
  load: Load;
  /** Landed so far, oldest first; its length is the version of the head. */
  landed: readonly SimulatedChange[];
  /** How two changes are related: they share a file, or their texts conflict as well. */
  relation(a: SimulatedChange, b: SimulatedChange): 'text' | 'files' | null;
  /** Runs that may still be started now. */
  freeRunners(): number;
  /** Runs the checks on the first `base` landed changes with `members` on top. */
  run(base: number, members: readonly SimulatedChange[], done: (passed: boolean) => void): void;
  land(change: SimulatedChange): void;
  refuse(change: SimulatedChange): void;
}

export interface Policy {
  arrived(change: SimulatedChange): void;
  /** After every event, and when the policy itself asked for it. */
  look(): void;
}

export type CreatePolicy = (simulation: Simulation) => Policy;

interface Event {
  atMin: number;
  ordinal: number;
  happen(): void;
}

interface World {
  landed: SimulatedChange[];
  refused: SimulatedChange[];
  minutes: number[];
  runs: number;
}

export function simulate(load: Load, name: PolicyName, create: CreatePolicy): LoadReport {
  const random = createRandom(seedOf(load.seed, 'runs', name));
  const world: World = { landed: [], refused: [], minutes: [], runs: 0 };
  const ended = new Set<string>();
  const events: Event[] = [];
  let [nowMin, running, ordinal] = [0, 0, 0];
  const later = (atMin: number, happen: () => void): void => {
    ordinal += 1;
    insert(events, { atMin, ordinal, happen });
  };
  const end = (change: SimulatedChange): void => {
    if (ended.has(change.id)) throw new TypeError(`${change.id} ended twice`);
    ended.add(change.id);
  };
  const policy = create({
    load,
    landed: world.landed,
    nowMin: () => nowMin,
    relation: (a, b) => relate(load, a, b),
    freeRunners: () => load.runners - running,
    run(base, members, done) {
      running += 1;
      world.runs += 1;
      const passed = passes(load, [...world.landed.slice(0, base), ...members], members) && random.next() >= load.flakes;
      later(nowMin + load.minutesPerRun, () => {
        running -= 1;
        done(passed);
      });
    },
    land(change) {
      end(change);
      world.landed.push(change);
      world.minutes.push(nowMin - change.arrivedMin);
    },
    refuse(change) {
      end(change);
      world.refused.push(change);
    },
  });
  const arrivals = arrivalsOf(load);
  for (const change of arrivals) later(change.arrivedMin, () => policy.arrived(change));
  for (let next = events.shift(); next !== undefined && next.atMin <= load.hours * 60; next = events.shift()) {
    nowMin = next.atMin;
    next.happen();
    policy.look();
  }
  return reportOf(load, name, world, arrivals);
}

/** Sorted by time, then by when it was asked for. */
function insert(events: Event[], event: Event): void {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = events[middle];
    if (other !== undefined && (other.atMin < event.atMin || (other.atMin === event.atMin && other.ordinal < event.ordinal))) low = middle + 1;
    else high = middle;
  }
  events.splice(low, 0, event);
}

/** The same changes at the same times whatever the policy. */
function arrivalsOf(load: Load): SimulatedChange[] {
  const random: Random = createRandom(seedOf(load.seed, 'arrivals'));
  const arrivals: SimulatedChange[] = [];
  for (let at = random.exponential(60 / load.arrivalsPerHour); at < load.hours * 60; at += random.exponential(60 / load.arrivalsPerHour)) {
    const number = arrivals.length + 1;
    arrivals.push({ id: `c${number}`, number, area: random.below(load.areas), culprit: random.next() < load.failing, arrivedMin: at });
  }
  return arrivals;
}

/** A number in [0, 1) that belongs to a pair of changes. */
function chanceOf(load: Load, what: string, a: SimulatedChange, b: SimulatedChange): number {
  return createRandom(seedOf(load.seed, what, Math.min(a.number, b.number), Math.max(a.number, b.number))).next();
}

function relate(load: Load, a: SimulatedChange, b: SimulatedChange): 'text' | 'files' | null {
  if (a.area !== b.area) return null;
  return chanceOf(load, 'text', a, b) < load.conflicting ? 'text' : 'files';
}

/** Changes interact only while both are young: who lands a day later was written on top of the other. */
const INTERACTION_MIN = 120;

function passes(load: Load, tree: readonly SimulatedChange[], members: readonly SimulatedChange[]): boolean {
  if (tree.some((change) => change.culprit)) return false;
  return !members.some((member) => tree.some((other) => other !== member && interacts(load, member, other)));
}

function interacts(load: Load, a: SimulatedChange, b: SimulatedChange): boolean {
  return a.area === b.area && Math.abs(a.arrivedMin - b.arrivedMin) < INTERACTION_MIN && chanceOf(load, 'together', a, b) < load.interacting;
}

function reportOf(load: Load, policy: PolicyName, world: World, arrivals: readonly SimulatedChange[]): LoadReport {
  const { landed, refused } = world;
  const guilty = (change: SimulatedChange): boolean => change.culprit || landed.some((other) => other !== change && interacts(load, change, other));
  return {
    policy,
    failing: load.failing,
    flakes: load.flakes,
    arrivalsPerHour: load.arrivalsPerHour,
    landedPerHour: landed.length / load.hours,
    minutesToLand: [0.5, 0.9, 0.99].map((at) => quantileOf(world.minutes, at)),
    ciRunsPerLanding: landed.length === 0 ? null : world.runs / landed.length,
    landed: landed.length,
    refused: refused.length,
    innocentsRefused: refused.filter((change) => !guilty(change)).length,
    culpritsLanded: landed.filter((change) => change.culprit).length,
    waiting: arrivals.length - landed.length - refused.length,
  };
}
