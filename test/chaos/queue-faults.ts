import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as soon } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql, type Db, type Queryable } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { FaultPlan, Strike } from './queue-plans.ts';

/** What faults do to the world around the worker. */
export interface Surroundings {
  /** Somebody else pushes, to the branch of the mirror itself or, as people do, now and then to its source; false: the push did not succeed. */
  outsider(where: 'mirror' | 'anywhere'): Promise<boolean>;
  /** Cuts every connection of the workers to the database. */
  cutConnections(): Promise<void>;
  /** Lets this worker's leases run out and resolves when another one took over; false: none did. */
  loseLease(worker: string): Promise<boolean>;
}

/** One worker as the outside sees it. */
export interface Life {
  readonly worker: string;
  dead: boolean;
  /** Calls that were begun and did not end: what a standstill waits for. */
  pending: string[];
  /** Compare-and-swaps that were lost to somebody. */
  lostSwaps: number;
  /** Told once, at the moment of death. */
  onDeath(): void;
}

/** A worker among others, with what may happen to it. */
export interface Sabotage {
  life: Life;
  plan: FaultPlan;
  surroundings: Surroundings;
}

/** Runs a submission: what strikes meanwhile strikes admission, not the loop of the queue. */
export const submitting = new AsyncLocalStorage<true>();
const boundaryOf = (name: string): string => (submitting.getStore() === undefined ? name : `submit.${name}`);

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

/** What strikes around any call. */
async function around<T>({ life, plan, surroundings }: Sabotage, strike: Strike | null, name: string, work: () => Promise<T>): Promise<T> {
  const fault = strike?.fault;
  const unless = (hit: boolean): void => (hit || strike === null ? undefined : plan.missed(strike));
  mustLive(life);
  if (fault === 'die.before') die(life);
  if (fault === 'stall') unless(await surroundings.loseLease(life.worker));
  if (fault === 'outsider.before') unless(await surroundings.outsider(name === 'compareAndSwap' ? 'mirror' : 'anywhere'));
  const result = await watched(life, `${name}${fault === undefined ? '' : ` (${fault})`}`, work);
  mustLive(life);
  if (fault === 'die.after') die(life);
  if (fault === 'outsider.after') unless(await surroundings.outsider('anywhere'));
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
export function faultyDb(db: Db, sabotage: Sabotage): Db {
  const { life, plan, surroundings } = sabotage;
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
      const first = plan.next(boundaryOf('tx'));
      if (first?.fault === 'tx.refused') throw new Injected('Connection terminated unexpectedly');
      let late: Strike | null = null;
      const result = await around(sabotage, first, 'tx', () =>
        db.tx(async (tx) => {
          const inner = await work(tx);
          mustLive(life);
          const events = first === null && plan.atJournal === undefined ? [] : await journalled(tx);
          late = first ?? plan.atJournal?.(events) ?? null;
          if (late !== null) late.events = events;
          if (late?.fault === 'die.inside') die(life);
          if (late?.fault === 'tx.rolled_back') throw new Injected('canceling statement due to administrator command');
          if (late?.fault === 'connection.cut') await surroundings.cutConnections();
          return inner;
        }),
      );
      const struck = late as Strike | null;
      if (struck?.fault === 'die.after') die(life);
      if (struck?.fault === 'tx.answer_lost') throw new Injected('Connection terminated unexpectedly');
      return result;
    },
  };
}

/** What this transaction wrote into the journal until now, whichever statements wrote it. */
async function journalled(tx: Queryable): Promise<string[]> {
  const rows = await tx.all(sql<{ event: string }>`
    select distinct event from change_request_journal
    where xmin = pg_current_xact_id()::xid and ordinal > (select max(ordinal) from change_request_journal) - 500 order by event`);
  return rows.map(({ event }) => event);
}

/** A mirror whose calls fail as disks, git and other people make them fail. */
export function faultyMirror(mirror: Mirror, sabotage: Sabotage): Mirror {
  const { life, plan } = sabotage;
  const wrap =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      mustLive(life);
      const strike = plan.next(boundaryOf(name));
      if (strike?.fault === 'disk.full.before') throw full();
      if (strike?.fault === 'git.failed') throw new Injected(`git ${name} failed: fatal: unable to read tree`);
      const result = await around(sabotage, strike, name, async () => {
        if (strike?.fault === 'disk.full.writing') return onFullDisk(plan, strike, () => call(...args));
        const running = call(...args);
        if (strike?.fault !== 'git.killed') return running;
        // A call that fails while git is being looked for has somebody who waits for it: two lines down.
        running.catch(() => undefined);
        if ((await killGitOf(mirror.dir)) === 0) plan.missed(strike);
        return running;
      });
      if (name === 'compareAndSwap' && (result as unknown) === false) life.lostSwaps += 1;
      if (strike?.fault === 'disk.full.after') throw full();
      return result;
    };
  const wrapped = Object.entries(mirror).map(([name, member]) => [
    name,
    typeof member === 'function' ? wrap(name, member as (...args: unknown[]) => Promise<unknown>) : member,
  ]);
  return Object.fromEntries(wrapped) as unknown as Mirror;
}

/** Around a run of checks; the outcome is `judge`'s, unless the fault is in the checks themselves. */
export async function faultyChecks<R extends { passed: boolean }>(sabotage: Sabotage, judge: () => Promise<R>): Promise<R> {
  const { plan, surroundings } = sabotage;
  const strike = plan.next('verify');
  const fault = strike?.fault;
  if (fault === 'checks.crash') throw new Injected('the sandbox could not be made');
  return around(sabotage, strike, 'verify', async () => {
    if (fault === 'connection.cut') await surroundings.cutConnections();
    const result = await judge();
    if (fault === 'checks.unavailable') return { ...result, passed: false, infrastructure: true };
    if (fault !== 'checks.flake') return result;
    if (!result.passed && strike !== null) plan.missed(strike);
    return { ...result, passed: false };
  });
}

/** SIGKILL to the git processes that this process started on the repository. */
async function killGitOf(dir: string): Promise<number> {
  await soon();
  let killed = 0;
  for (const pid of gitsOf(dir)) {
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch {
      // It ended by itself.
    }
  }
  return killed;
}

const run = promisify(execFile);
/** As when a disk is full, a file takes what still fits and then no more. */
const FITS_BYTES = 10;
let filling = 0;

/**
 * While it runs no file of this process, or of the git processes it starts, can be made larger than some bytes: whoever writes an
 * object meets the refusal of the operating system in the middle of it. Where the limit cannot be set the strike is a miss.
 */
async function onFullDisk<T>(plan: FaultPlan, strike: Strike, work: () => Promise<T>): Promise<T> {
  filling += 1;
  try {
    await limitFiles(String(FITS_BYTES));
    const result = await work();
    plan.missed(strike);
    return result;
  } finally {
    filling -= 1;
    if (filling === 0) await limitFiles('unlimited');
  }
}

async function limitFiles(bytes: string): Promise<void> {
  const pids = bytes === 'unlimited' ? [process.pid, ...childrenOf(process.pid)] : [process.pid];
  for (const pid of pids) await run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]).catch(() => undefined);
}

const gitsOf = (dir: string): number[] => childrenOf(process.pid).filter((pid) => readText(`/proc/${pid}/cmdline`).includes(`--git-dir=${dir}`));

function childrenOf(parent: number): number[] {
  const threads = ((): string[] => {
    try {
      return readdirSync(`/proc/${parent}/task`);
    } catch {
      return [];
    }
  })();
  return threads
    .flatMap((thread) => readText(`/proc/${parent}/task/${thread}/children`).split(/\s+/))
    .filter((pid) => pid !== '')
    .map(Number);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
