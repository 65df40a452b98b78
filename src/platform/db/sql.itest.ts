import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPool, json, openSession, sql, sqlState, type Tx } from './index.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('create table things (id text primary key, some_number integer, some_json jsonb, some_count bigint)');
});
afterAll(() => database.close());
beforeEach(() => database.pool.query('truncate things'));

const insert = (tx: Tx, id: string, n = 0): Promise<number> => tx.run(sql`insert into things (id, some_number) values (${id}, ${n})`);
const idsIn = async (): Promise<string[]> => (await database.db.all<{ id: string }>(sql`select id from things order by id`)).map((row) => row.id);

test('columns come back in camel case, JSON keys and big numbers as they are', async () => {
  const hostile = `'); drop table things; --`;
  await database.db.run(
    sql`insert into things (id, some_number, some_json, some_count) values (${hostile}, 1, ${json({ snake_key: [{ inner_key: null }] })}, 9007199254740991)`,
  );
  expect(await database.db.all(sql`select * from things`)).toEqual([
    { id: hostile, someNumber: 1, someJson: { snake_key: [{ inner_key: null }] }, someCount: 9_007_199_254_740_991 },
  ]);
});

test('one, maybe and run answer what they promise', async () => {
  await expect(database.db.one(sql`select 1 from things`)).rejects.toThrow('expected one row');
  expect(await database.db.maybe(sql`select 1 from things`)).toBeUndefined();
  expect(await database.db.run(sql`insert into things (id) values ('a'), ('b')`)).toBe(2);
  expect(await database.db.run(sql`update things set some_number = 1 where id = 'nobody'`)).toBe(0);
});

test('a transaction that throws leaves nothing', async () => {
  await expect(
    database.db.tx(async (tx) => {
      await insert(tx, 'a');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await idsIn()).toEqual([]);
});

test('hooks before the commit run last, once per key, in the transaction', async () => {
  const order: string[] = [];
  await database.db.tx(async (tx) => {
    tx.beforeCommit('ledger', async (inner) => {
      order.push('ledger');
      await insert(inner, 'by hook');
      inner.beforeCommit('late', async () => void order.push('late'));
    });
    tx.beforeCommit('ledger', async () => void order.push('again'));
    order.push('work');
  });
  expect(order).toEqual(['work', 'ledger', 'late']);
  expect(await idsIn()).toEqual(['by hook']);
  await expect(
    database.db.tx(async (tx) => {
      await insert(tx, 'undone');
      tx.beforeCommit('fails', async () => {
        throw new Error('hook says no');
      });
    }),
  ).rejects.toThrow('hook says no');
  expect(await idsIn()).toEqual(['by hook']);
});

test('a swallowed statement error does not pass for a commit', async () => {
  await expect(
    database.db.tx(async (tx) => {
      await insert(tx, 'a');
      await tx.run(sql`select 1 / 0`).catch(() => {});
      return 'fine';
    }),
  ).rejects.toMatchObject({ code: 'transaction_spoilt' });
  expect(await idsIn()).toEqual([]);
});

test('a serialization failure is tried again with a fresh transaction', async () => {
  await database.db.tx((tx) => insert(tx, 'counter'));
  let attempts = 0;
  const increment = (): Promise<void> =>
    database.db.tx(async (tx) => {
      attempts += 1;
      await tx.run(sql`set transaction isolation level serializable`);
      const { n } = await tx.one<{ n: number }>(sql`select some_number as n from things where id = 'counter'`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await tx.run(sql`update things set some_number = ${n + 1} where id = 'counter'`);
    });
  await Promise.all([increment(), increment()]);
  expect(await database.db.one(sql`select some_number as n from things`)).toEqual({ n: 2 });
  expect(attempts).toBeGreaterThan(2);
});

test('of two transactions in a deadlock both get through in the end', async () => {
  await database.db.tx(async (tx) => {
    await insert(tx, 'a');
    await insert(tx, 'b');
  });
  const touch = (first: string, second: string): Promise<void> =>
    database.db.tx(async (tx) => {
      await tx.run(sql`update things set some_number = some_number + 1 where id = ${first}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.run(sql`update things set some_number = some_number + 1 where id = ${second}`);
    });
  await Promise.all([touch('a', 'b'), touch('b', 'a')]);
  expect(await database.db.all(sql`select some_number as n from things`)).toEqual([{ n: 2 }, { n: 2 }]);
});

test('another database error is thrown at once, with its state', async () => {
  let attempts = 0;
  const error: unknown = await database.db
    .tx(async (tx) => {
      attempts += 1;
      await insert(tx, 'twice');
      await insert(tx, 'twice');
    })
    .catch((thrown: unknown) => thrown);
  expect(sqlState(error)).toBe('23505');
  expect(attempts).toBe(1);
  expect(sqlState(new Error('no state'))).toBeUndefined();
});

test('a session keeps its advisory lock until it is released', async () => {
  const session = await openSession(database.pool);
  await session.all(sql`select pg_advisory_lock(4711)`);
  const taken = sql<{ free: boolean }>`select pg_try_advisory_xact_lock(4711) as free`;
  expect(await database.db.one(taken)).toEqual({ free: false });
  session.release(true);
  await expect.poll(() => database.db.one(taken), { timeout: 20_000 }).toEqual({ free: true });
});

test('a pool outlives the loss of its connections and tells of each', async () => {
  const heard: string[] = [];
  const pool = createPool({ connection: database.connection, max: 2, applicationName: 'to-be-cut' }, (error) => heard.push(error.message));
  try {
    await pool.query('select 1');
    await database.pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to-be-cut'");
    await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await pool.end();
  }
});

test('a socket without a server is refused like a port without one', async () => {
  const pool = createPool({ connection: { ...database.connection, socketDir: '/nonexistent' }, max: 1 }, () => {});
  await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await pool.end();
});

test('a connection that is found broken while something is written to it was reset, whatever the operating system calls it', async () => {
  const pool = createPool({ connection: database.connection, max: 1 }, () => {});
  const found = async (ask: (client: PoolClient) => Promise<unknown>): Promise<unknown> => {
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      process.kill(rows[0]?.pid ?? 0, 'SIGTERM');
      // Nothing is heard of it meanwhile: the loss is met by writing.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return await ask(client).catch((error: unknown) => error);
    } finally {
      client.release(true);
    }
  };
  try {
    expect(await found((client) => client.query('select 1'))).toMatchObject({ code: 'ECONNRESET' });
    const byCallback = (client: PoolClient) =>
      new Promise((_resolve, reject) => {
        client.query('select 1', (error) => reject(error));
      });
    expect(await found(byCallback)).toMatchObject({ code: 'ECONNRESET' });
  } finally {
    await pool.end();
  }
});
