import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { AppError } from '#kernel/errors.ts';
import { rowsOf, rowsWritten, toQuery, type Statement } from './statement.ts';

export interface Queryable {
  /** All rows. */
  all<Row>(statement: Statement<Row>): Promise<Row[]>;
  /** Exactly one row; throws when there is none. */
  one<Row>(statement: Statement<Row>): Promise<Row>;
  /** The first row, or undefined. */
  maybe<Row>(statement: Statement<Row>): Promise<Row | undefined>;
  /** Runs a statement for its effect; answers the number of rows it touched. */
  run(statement: Statement<unknown>): Promise<number>;
}

/** One open transaction. Passed between modules, so that one commit covers state, ledger entry and outgoing event. */
export interface Tx extends Queryable {
  /** The pg client of the transaction, for libraries that join it (workflow engine). */
  readonly client: PoolClient;
  /**
   * Runs `finish` last, just before the commit, once per `key` (a second call with the same key is ignored). The ledger
   * writes its queued entries here, so that the chain-head lock is held only for the end of the transaction.
   */
  beforeCommit(key: string, finish: (tx: Tx) => Promise<void>): void;
  /** Values that live as long as the transaction, by key: where `beforeCommit` hooks keep what they gather. */
  readonly scratch: Map<string, unknown>;
}

export interface Db extends Queryable {
  /**
   * Runs `work` in one transaction (read committed). Serialization failures and deadlocks (SQLSTATE 40001, 40P01) are
   * tried up to five times in all, so `work` must have no effect outside the transaction. Throws `internal`
   * (`transaction_spoilt`) when a statement failed and `work` swallowed its error: nothing was committed then.
   */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The pool, for machinery that needs its own session (LISTEN, advisory locks). */
  readonly pool: Pool;
}

type Execute = (statement: Statement<unknown>) => Promise<QueryResult<unknown[]>>;

/** Query methods over whatever asks the database. */
function queryableOn(execute: Execute): Queryable {
  const all = async <Row>(statement: Statement<Row>): Promise<Row[]> => rowsOf<Row>(await execute(statement));
  return {
    all,
    maybe: async (statement) => (await all(statement))[0],
    async one(statement) {
      const [row] = await all(statement);
      if (row === undefined) throw new Error('expected one row, found none');
      return row;
    },
    run: async (statement) => rowsWritten(await execute(statement)),
  };
}

const onClient =
  (client: PoolClient): Execute =>
  async (statement) =>
    client.query<unknown[]>(toQuery(statement));

/** Not `pool.query`: that closes the connection whenever a statement fails, and a refused row is an everyday answer. */
const onPool =
  (pool: Pool): Execute =>
  async (statement) => {
    const client = await pool.connect();
    try {
      return await client.query<unknown[]>(toQuery(statement));
    } finally {
      client.release();
    }
  };

/** One connection outside any transaction, held until `release`: what a session-level advisory lock or LISTEN lives on. */
export interface Session extends Queryable {
  readonly client: PoolClient;
  /** Gives the connection back; `broken` closes it instead, and with it its locks. */
  release(broken?: boolean): void;
}

export async function openSession(pool: Pool): Promise<Session> {
  const client = await pool.connect();
  let released = false;
  return {
    ...queryableOn(onClient(client)),
    client,
    release(broken = false) {
      if (released) return;
      released = true;
      client.release(broken);
    },
  };
}

const RETRIED = new Set(['40001', '40P01']);
const MOST_TRIES = 5;

/**
 * Wraps a pool into the interface that stores and commands use. At most half of the pool's connections are in transactions at
 * once: work inside a transaction may ask single statements of the pool, and those must always find a connection, or enough
 * transactions at once would wait for each other for ever. A transaction inside a transaction of the same pool is refused
 * (`transaction_nested`) for the same reason.
 */
export function createDb(pool: Pool): Db {
  const slots = createSlots(Math.max(1, Math.floor((pool.options.max ?? 10) / 2)));
  const inside = new AsyncLocalStorage<true>();
  return {
    ...queryableOn(onPool(pool)),
    pool,
    async tx(work) {
      if (inside.getStore() === true)
        throw new AppError('internal', 'A transaction was begun inside another one; pass the open one on instead.', { code: 'transaction_nested' });
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await slots(() => inside.run(true, () => transact(pool, work)));
        } catch (error) {
          const state = sqlState(error);
          if (attempt >= MOST_TRIES || state === undefined || !RETRIED.has(state)) throw error;
          // Those that collided must not meet again at once.
          await delay(Math.random() * 10 * 2 ** attempt);
        }
      }
    },
  };
}

/** Lets so many pieces of work run at once; the others wait in the order they came. */
function createSlots(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: Array<() => void> = [];
  let busy = 0;
  return async (work) => {
    if (busy >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}

async function transact<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const finishers = new Map<string, (tx: Tx) => Promise<void>>();
    const tx: Tx = {
      ...queryableOn(onClient(client)),
      client,
      scratch: new Map(),
      beforeCommit(key, finish) {
        if (!finishers.has(key)) finishers.set(key, finish);
      },
    };
    const result = await work(tx);
    for (const finish of finishers.values()) await finish(tx);
    await commit(client);
    return result;
  } catch (error) {
    try {
      await client.query('rollback');
    } catch (rollbackError) {
      broken = rollbackError as Error;
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A statement that failed and whose error was swallowed spoils the transaction; COMMIT then rolls back without an error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command === 'COMMIT') return;
  throw new AppError('internal', 'The transaction was rolled back: one of its statements had failed and the error was swallowed.', {
    code: 'transaction_spoilt',
  });
}

/** SQLSTATE of a thrown database error, or undefined. 23505 unique, 23503 foreign key, 23514 check. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
