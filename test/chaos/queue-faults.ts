import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as soon } from 'node:timers/promises';
import type { Db, Queryable } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';

/**
 * What can go wrong at a boundary. `die.*`: the worker is gone from that moment on, as after kill -9: nothing it still wants to do
 * reaches the outside. `stall`: it sleeps there until another worker took its target, and goes on believing that it holds it.
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

/** Where faults strike: a transaction, a call of the mirror, a run of checks. */
const POSSIBLE: Readonly<Record<string, readonly Fault[]>> = {
  tx: ['die.before', 'die.inside', 'die.after', 'stall', 'tx.refused', 'tx.rolled_back', 'tx.answer_lost', 'connection.cut'],
  writeTree: ['die.before', 'die.after', 'disk.full.before', 'disk.full.after', 'git.killed', 'stall'],
  commit: ['die.before', 'die.after', 'disk.full.before', 'disk.full.after', 'outsider.after'],
  merge: ['die.before', 'die.after', 'disk.full.before', 'git.killed', 'git.failed'],
  diffStat: ['git.killed', 'git.failed', 'die.after'],
  diffNames: ['git.killed', 'git.failed'],
  resolve: ['git.killed', 'git.failed'],
  compareAndSwap: ['die.before', 'die.after', 'disk.full.before', 'git.killed', 'git.failed', 'outsider.before', 'outsider.after', 'stall'],
  verify: ['die.before', 'die.after', 'stall', 'outsider.before', 'checks.unavailable', 'checks.crash', 'checks.flake', 'connection.cut'],
};

/** A number from 0 up to 1, the same for the same words. */
export function draw(...words: ReadonlyArray<string | number>): number {
  return createHash('sha1').update(words.join(' ')).digest().readUInt32BE(0) / 2 ** 32;
}

export const pick = <T>(from: readonly [T, ...T[]], at: number): T => from[Math.floor(at * from.length)] ?? from[0];

export interface FaultPlan {
  /** The fault that strikes this passing of the boundary, if any. */
  next(boundary: string): Fault | null;
  struck: Fault[];
}

/**
 * Decides by the seed, the boundary and how often it was passed before, so that one more or less passing of another boundary (a
 * heartbeat, a poll) changes nothing. Strikes until `budget` faults struck.
 */
export function createFaultPlan(seed: string, budget: number, share: number): FaultPlan {
  const passed = new Map<string, number>();
  const struck: Fault[] = [];
  return {
    struck,
    next(boundary) {
      const nth = (passed.get(boundary) ?? 0) + 1;
      passed.set(boundary, nth);
      const [first, ...rest] = POSSIBLE[boundary] ?? [];
      // `resolve` is asked many times for each step of the others.
      const chance = boundary === 'resolve' ? share / 8 : share;
      if (first === undefined || struck.length >= budget || draw(seed, boundary, nth) >= chance) return null;
      const fault = pick([first, ...rest], draw(seed, boundary, nth, 'kind'));
      struck.push(fault);
      return fault;
    },
  };
}

/** Strikes once: at the `at`-th passing (from 1) of the boundaries for which the fault is possible. */
export function createSingleFault(fault: Fault, boundary: string, at: number): FaultPlan {
  const struck: Fault[] = [];
  let passed = 0;
  return {
    struck,
    next(name) {
      if (name !== boundary) return null;
      passed += 1;
      if (passed !== at) return null;
      struck.push(fault);
      return fault;
    },
  };
}

/** What faults do to the world around the worker. */
export interface Surroundings {
  /** Commits of somebody else, on the branch of the mirror. */
  outsider(): Promise<void>;
  /** Cuts every connection of the workers to the database. */
  cutConnections(): Promise<void>;
  /** Lets this worker's leases run out and resolves when another one took over, or when none wants to. */
  loseLease(worker: string): Promise<void>;
}

/** One worker as the outside sees it. */
export interface Life {
  readonly worker: string;
  dead: boolean;
  /** Calls that were begun and did not end: what a standstill waits for. */
  pending: string[];
  /** Told once, at the moment of death. */
  onDeath(): void;
}

class Died extends Error {}
class Injected extends Error {}

function die(life: Life): never {
  if (!life.dead) {
    life.dead = true;
    life.onDeath();
  }
  throw new Died('the worker is dead');
}

const mustLive = (life: Life): void => {
  if (life.dead) throw new Died('the worker is dead');
};

const full = (): Error => Object.assign(new Injected('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

/** What strikes around any call; `inside` only where the call has an inside. */
async function around<T>(
  life: Life,
  [boundary, fault]: readonly [string, Fault | null],
  surroundings: Surroundings,
  work: () => Promise<T>,
): Promise<T> {
  mustLive(life);
  if (fault === 'die.before') die(life);
  if (fault === 'stall') await surroundings.loseLease(life.worker);
  if (fault === 'outsider.before') await surroundings.outsider();
  const result = await watched(life, `${boundary}${fault === null ? '' : ` (${fault})`}`, work);
  mustLive(life);
  if (fault === 'die.after') die(life);
  if (fault === 'outsider.after') await surroundings.outsider();
  return result;
}

async function watched<T>(life: Life, name: string, work: () => Promise<T>): Promise<T> {
  life.pending.push(name);
  try {
    return await work();
  } finally {
    life.pending.splice(life.pending.indexOf(name), 1);
  }
}

/** The database as a worker that may die sees it; statements outside transactions only fail when it is dead. */
export function faultyDb(db: Db, life: Life, plan: FaultPlan, surroundings: Surroundings): Db {
  const alone =
    <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      mustLive(life);
      const answer = await watched(life, 'statement', () => ask(...args));
      mustLive(life);
      return answer;
    };
  const queryable: Queryable = { all: alone(db.all), one: alone(db.one), maybe: alone(db.maybe), run: alone(db.run) };
  return {
    ...queryable,
    pool: db.pool,
    async tx(work) {
      mustLive(life);
      const fault = plan.next('tx');
      if (fault === 'tx.refused') throw new Injected('Connection terminated unexpectedly');
      const result = await around(life, ['tx', fault], surroundings, () =>
        db.tx(async (tx) => {
          const inner = await work(tx);
          mustLive(life);
          if (fault === 'die.inside') die(life);
          if (fault === 'tx.rolled_back') throw new Injected('canceling statement due to administrator command');
          if (fault === 'connection.cut') await surroundings.cutConnections();
          return inner;
        }),
      );
      if (fault === 'tx.answer_lost') throw new Injected('Connection terminated unexpectedly');
      return result;
    },
  };
}

/** A mirror whose calls fail as disks, git and other people make them fail. */
export function faultyMirror(mirror: Mirror, life: Life, plan: FaultPlan, surroundings: Surroundings): Mirror {
  const wrap =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      mustLive(life);
      const fault = plan.next(name);
      if (fault === 'disk.full.before') throw full();
      if (fault === 'git.failed') throw new Injected(`git ${name} failed: fatal: unable to read tree`);
      const result = await around(life, [name, fault], surroundings, async () => {
        const running = call(...args);
        if (fault === 'git.killed') await killGitOf(mirror.dir);
        return running;
      });
      if (fault === 'disk.full.after') throw full();
      return result;
    };
  const wrapped = Object.entries(mirror).map(([name, member]) => [
    name,
    typeof member === 'function' ? wrap(name, member as (...args: unknown[]) => Promise<unknown>) : member,
  ]);
  return Object.fromEntries(wrapped) as unknown as Mirror;
}

/** Around a run of checks; the outcome is `judge`'s, unless the fault is in the checks themselves. */
export async function faultyChecks<R extends { passed: boolean }>(
  life: Life,
  fault: Fault | null,
  surroundings: Surroundings,
  judge: () => Promise<R>,
): Promise<R> {
  if (fault === 'checks.crash') throw new Injected('the sandbox could not be made');
  return around(life, ['verify', fault], surroundings, async () => {
    if (fault === 'connection.cut') await surroundings.cutConnections();
    const result = await judge();
    if (fault === 'checks.unavailable') return { ...result, passed: false, infrastructure: true };
    return fault === 'checks.flake' ? { ...result, passed: false } : result;
  });
}

/** SIGKILL to the git processes that this process started on the repository. */
export async function killGitOf(dir: string): Promise<number> {
  await soon();
  let killed = 0;
  for (const pid of childrenOf(process.pid)) {
    if (!commandOf(pid).includes(`--git-dir=${dir}`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch {
      // It ended by itself.
    }
  }
  return killed;
}

function childrenOf(parent: number): number[] {
  const listed = readdirSync(`/proc/${parent}/task`).flatMap((thread) => readText(`/proc/${parent}/task/${thread}/children`).split(/\s+/));
  return listed.filter((pid) => pid !== '').map(Number);
}

const commandOf = (pid: number): string => readText(`/proc/${pid}/cmdline`);

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
