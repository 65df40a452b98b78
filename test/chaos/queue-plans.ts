import { createHash } from 'node:crypto';

/**
 * What can go wrong at a boundary. `die.*`: the worker is gone from that moment on, as after kill -9: nothing it still wants to do
 * reaches the outside. `stall`: it sleeps there until another worker took its target, and goes on believing that it holds it.
 * `disk.full.writing`: the operating system refuses to write more than a few bytes of any file; the other two only say so.
 */
export const FAULTS = [
  'die.before',
  'die.inside',
  'die.after',
  'stall',
  'tx.refused',
  'tx.rolled_back',
  'tx.answer_lost',
  'connection.cut',
  'disk.full.before',
  'disk.full.writing',
  'disk.full.after',
  'git.killed',
  'git.failed',
  'outsider.before',
  'outsider.after',
  'checks.unavailable',
  'checks.crash',
  'checks.flake',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Where faults strike: a transaction, a call of the mirror, a run of checks; `submit.*` while a submission is admitted. */
export const POSSIBLE: Readonly<Record<string, readonly Fault[]>> = {
  tx: ['die.before', 'die.inside', 'die.after', 'stall', 'tx.refused', 'tx.rolled_back', 'tx.answer_lost', 'connection.cut'],
  // Objects made within it are written out at its end.
  together: ['die.before', 'die.after', 'disk.full.writing', 'git.killed'],
  writeTree: ['die.before', 'die.after', 'disk.full.before', 'disk.full.after', 'git.killed', 'stall'],
  placeBlobs: ['die.before', 'die.after', 'disk.full.before', 'git.killed', 'stall'],
  commit: ['die.before', 'die.after', 'disk.full.before', 'disk.full.after', 'outsider.after'],
  merge: ['die.before', 'die.after', 'disk.full.before', 'git.killed', 'git.failed'],
  diffStat: ['git.killed', 'git.failed', 'die.after'],
  diffNames: ['git.killed', 'git.failed'],
  resolve: ['git.killed', 'git.failed'],
  compareAndSwap: ['die.before', 'die.after', 'disk.full.before', 'git.killed', 'git.failed', 'outsider.before', 'outsider.after', 'stall'],
  verify: ['die.before', 'die.after', 'stall', 'outsider.before', 'checks.unavailable', 'checks.crash', 'checks.flake', 'connection.cut'],
  'submit.tx': ['die.before', 'die.inside', 'die.after', 'tx.refused', 'tx.rolled_back', 'tx.answer_lost', 'connection.cut'],
  'submit.together': ['die.after', 'disk.full.writing'],
  'submit.writeTree': ['die.before', 'die.after', 'disk.full.before', 'disk.full.after', 'git.killed'],
  'submit.diffStat': ['git.killed', 'git.failed', 'die.after'],
};

/** The share of passings that is struck; what is passed many times for each landing is struck more seldom. */
const SHARE: Readonly<Record<string, number>> = { resolve: 0.03, tx: 0.1, compareAndSwap: 0.4, verify: 0.4, 'submit.tx': 0.3 };
const USUAL_SHARE = 0.2;
const SUBMIT_SHARE = 0.12;

export const PAIRS: readonly string[] = Object.entries(POSSIBLE).flatMap(([boundary, faults]) => faults.map((fault) => `${boundary} ${fault}`));

/** A number from 0 up to 1, the same for the same words. */
export function draw(...words: ReadonlyArray<string | number>): number {
  return createHash('sha1').update(words.join(' ')).digest().readUInt32BE(0) / 2 ** 32;
}

export const pick = <T>(from: readonly [T, ...T[]], at: number): T => from[Math.floor(at * from.length)] ?? from[0];

export interface Strike {
  readonly fault: Fault;
  readonly boundary: string;
  /** Journal rows the struck transaction had written, where that is known. */
  events: readonly string[];
}

export interface FaultPlan {
  /** The fault that strikes this passing of the boundary, if any. */
  next(boundary: string): Strike | null;
  /** Asked at the end of a transaction, before its commit, when the plan is about what it wrote into the journal. */
  atJournal?(events: readonly string[]): Strike | null;
  /** The strike had nothing to hit: there was no process to kill, nobody took the lease. It does not count. */
  missed(strike: Strike): void;
  readonly struck: readonly Strike[];
}

function recorder(): { struck: Strike[]; strike(fault: Fault, boundary: string): Strike; missed(strike: Strike): void } {
  const struck: Strike[] = [];
  return {
    struck,
    strike(fault, boundary) {
      const made: Strike = { fault, boundary, events: [] };
      struck.push(made);
      return made;
    },
    missed(strike) {
      const at = struck.indexOf(strike);
      if (at >= 0) struck.splice(at, 1);
    },
  };
}

/**
 * Where it strikes is decided by the seed, the boundary and how often that was passed before, so that one more or less passing of
 * another boundary (a heartbeat, a poll) changes nothing; with what, by what was tried there least: `used` is shared by the worlds of a
 * run. Each boundary has its part of the budget, or the first ones of a landing would use up all of it and the last never be struck.
 */
export function createFaultPlan(seed: string, budget: number, used: Map<string, number>): FaultPlan {
  const passed = new Map<string, number>();
  const { struck, strike, missed } = recorder();
  const uses = ({ boundary, fault }: Pick<Strike, 'boundary' | 'fault'>): number => used.get(`${boundary} ${fault}`) ?? 0;
  const add = (to: Pick<Strike, 'boundary' | 'fault'>, times: number): void => void used.set(`${to.boundary} ${to.fault}`, uses(to) + times);
  return {
    struck,
    missed,
    next(boundary) {
      const nth = (passed.get(boundary) ?? 0) + 1;
      passed.set(boundary, nth);
      const faults = POSSIBLE[boundary] ?? [];
      const part = Math.ceil((budget * faults.length) / PAIRS.length);
      const share = SHARE[boundary] ?? (boundary.startsWith('submit.') ? SUBMIT_SHARE : USUAL_SHARE);
      const spent = struck.length >= budget || struck.filter((one) => one.boundary === boundary).length >= part;
      if (spent || draw(seed, boundary, nth) >= share) return null;
      const fault = faults.toSorted(
        (a, b) => uses({ boundary, fault: a }) - uses({ boundary, fault: b }) || draw(seed, nth, a) - draw(seed, nth, b),
      )[0];
      if (fault === undefined) return null;
      add({ boundary, fault }, 1);
      return strike(fault, boundary);
    },
  };
}

/** Strikes once: at the `at`-th passing (from 1) of the boundary. */
export function createSingleFault(fault: Fault, boundary: string, at: number): FaultPlan {
  const { struck, strike, missed } = recorder();
  let passed = 0;
  return {
    struck,
    missed,
    next(name) {
      if (name !== boundary) return null;
      passed += 1;
      return passed === at ? strike(fault, boundary) : null;
    },
  };
}

/** Somebody pushes while checks run; the worker that merges onto what was pushed dies as soon as that is in the journal. */
export function createPushThenDeath(pushes: number): FaultPlan {
  const { struck, strike, missed } = recorder();
  const times = (fault: Fault): number => struck.filter((one) => one.fault === fault).length;
  return {
    struck,
    missed,
    next: (boundary) => (boundary === 'verify' && times('outsider.before') < pushes ? strike('outsider.before', boundary) : null),
    atJournal: (events) => (events.includes('merged') && times('die.after') < times('outsider.before') ? strike('die.after', 'tx') : null),
  };
}

const MOMENTS = ['die.inside', 'die.after'] as const;

/**
 * Kills the worker once on each side of each journal row: as the transaction that writes it is about to commit, and as it has
 * committed. `seen` is shared by the worlds that are to cover every kind of row together.
 */
export function createJournalDeaths(seen: Map<string, number>, times: number): FaultPlan {
  const { struck, strike, missed } = recorder();
  return {
    struck,
    missed,
    next: () => null,
    atJournal(events) {
      for (const moment of MOMENTS) {
        const due = events.filter((event) => (seen.get(`${moment} ${event}`) ?? 0) < times);
        if (due.length === 0) continue;
        for (const event of events) seen.set(`${moment} ${event}`, (seen.get(`${moment} ${event}`) ?? 0) + 1);
        return strike(moment, 'tx');
      }
      return null;
    },
  };
}
