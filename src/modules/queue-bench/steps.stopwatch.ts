import { AsyncLocalStorage } from 'node:async_hooks';
import type { Db } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { TimeSplit } from './model.ts';

/** Tells where the time of a single worker goes: what it waits for by name, and what it does itself. */
export interface Stopwatch {
  mirror(of: Mirror): Mirror;
  db(of: Db): Db;
  reset(): void;
  /** Seconds since the reset; `totalSeconds` is the time of the clock. */
  read(totalSeconds: number): TimeSplit;
}

/** What is waited for within something that is waited for counts for itself alone: moving a branch within a transaction is git's. */
export function createStopwatch(): Stopwatch {
  const inside = new AsyncLocalStorage<{ within: number }>();
  const seconds = { git: 0, database: 0 };

  async function count<T>(kind: keyof typeof seconds, work: () => Promise<T>): Promise<T> {
    const outer = inside.getStore();
    const own = { within: 0 };
    const started = performance.now();
    try {
      return await inside.run(own, work);
    } finally {
      const elapsed = (performance.now() - started) / 1000;
      seconds[kind] += elapsed - own.within;
      if (outer !== undefined) outer.within += elapsed;
    }
  }

  return {
    mirror(of) {
      const wrapped = Object.entries(of).map(([name, member]: [string, unknown]) =>
        typeof member === 'function' ? [name, (...args: unknown[]) => count('git', () => (member as Member)(...args))] : [name, member],
      );
      return Object.fromEntries(wrapped) as Mirror;
    },
    db: (of) => ({
      pool: of.pool,
      all: (statement) => count('database', () => of.all(statement)),
      one: (statement) => count('database', () => of.one(statement)),
      maybe: (statement) => count('database', () => of.maybe(statement)),
      run: (statement) => count('database', () => of.run(statement)),
      tx: (work) => count('database', () => of.tx(work)),
    }),
    reset() {
      seconds.git = 0;
      seconds.database = 0;
    },
    read: (totalSeconds) => ({ ...seconds, rest: Math.max(0, totalSeconds - seconds.git - seconds.database) }),
  };
}

type Member = (...args: unknown[]) => Promise<unknown>;
