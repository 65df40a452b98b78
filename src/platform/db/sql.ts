import { CamelCasePlugin, Kysely, PostgresDialect, sql, type PostgresPoolClient, type RawBuilder } from 'kysely';
import type { PoolClient, Pool } from 'pg';

export { sql };

/**
 * A parameterised statement written with the `sql` tag: `${value}` becomes a bind parameter, never text. Columns come
 * back in camelCase; keys inside JSON columns are left alone.
 */
export type Statement<Row> = RawBuilder<Row>;

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
   * retried up to five times, so `work` must have no effect outside the transaction.
   */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The pool, for machinery that needs its own session (LISTEN, advisory locks). */
  readonly pool: Pool;
}

/** A JSON parameter: `${json(value)}` in a statement. */
export function json(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`;
}

function kyselyOn(client: PoolClient): Kysely<unknown> {
  const held = { query: client.query.bind(client), release() {} } as unknown as PostgresPoolClient;
  return new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: { connect: async () => held, end: async () => {}, options: {} } as never }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** Query methods over any Kysely executor. */
function queryableOn(executor: Kysely<unknown>): Queryable {
  const all = async <Row>(statement: Statement<Row>) => (await statement.execute(executor)).rows;
  return {
    all,
    maybe: async (statement) => (await all(statement))[0],
    async one(statement) {
      const [row] = await all(statement);
      if (row === undefined) throw new Error('expected one row, found none');
      return row;
    },
    async run(statement) {
      const result = await statement.execute(executor);
      return Number(result.numAffectedRows ?? 0n);
    },
  };
}

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
    ...queryableOn(kyselyOn(client)),
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

/** Wraps a pool into the interface that stores and commands use. */
export function createDb(pool: Pool): Db {
  const executor = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });

  async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const finishers = new Map<string, (tx: Tx) => Promise<void>>();
      const tx: Tx = {
        ...queryableOn(kyselyOn(client)),
        client,
        scratch: new Map(),
        beforeCommit(key, finish) {
          if (!finishers.has(key)) finishers.set(key, finish);
        },
      };
      const result = await work(tx);
      for (const finish of finishers.values()) await finish(tx);
      await client.query('commit');
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

  return {
    ...queryableOn(executor),
    pool,
    async tx(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(work);
        } catch (error) {
          const code = (error as { code?: string }).code;
          if (attempt >= MOST_TRIES || code === undefined || !RETRIED.has(code)) throw error;
        }
      }
    },
  };
}

/** SQLSTATE of a thrown database error, or undefined. 23505 unique, 23503 foreign key, 23514 check. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
