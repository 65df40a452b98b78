import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { eventually } from '../../../test/kit/eventually.ts';
import { createDatabaseClock, type DatabaseClock } from './clock.ts';
import { createPool } from './pool.ts';
import { sql } from './statement.ts';

const DAY_MS = 24 * 3_600_000;
/** Far more than a question takes, far less than any move of a clock below. */
const NEAR_MS = 60_000;

let database: TestDatabase;
let clock: DatabaseClock | undefined;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  vi.useRealTimers();
  clock?.stop();
  await database.close();
});

const databaseMs = async (): Promise<number> => (await database.db.one(sql<{ at: Date }>`select clock_timestamp() as at`)).at.getTime();

/** A database whose clock is wrong by as many days as the row says. */
async function withWrongClock(): Promise<(days: number) => Promise<void>> {
  await database.pool.query(`
    create schema wrong; create table wrong.shift (days integer not null); insert into wrong.shift values (0);
    create function wrong.clock_timestamp() returns timestamptz language sql volatile
      as 'select pg_catalog.clock_timestamp() + make_interval(days => (select days from wrong.shift))';
    alter database ${database.connection.database} set search_path = wrong, public, pg_catalog`);
  return async (days) => void (await database.pool.query('update wrong.shift set days = $1', [days]));
}

test('it says what the database says, however the clock of this machine is set', async () => {
  clock = await createDatabaseClock(database.pool);
  for (const days of [40, -80]) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY_MS });
    expect(Math.abs(clock.now().getTime() - (await databaseMs()))).toBeLessThan(NEAR_MS);
    vi.useRealTimers();
  }
});

test('it never goes back by itself', async () => {
  clock = await createDatabaseClock(database.pool, 1);
  let last = 0;
  for (let looks = 0; looks < 200; looks += 1) {
    const nowMs = clock.now().getTime();
    expect(nowMs).toBeGreaterThanOrEqual(last);
    last = nowMs;
    await database.db.run(sql`select 1`);
  }
});

test('it follows a database whose own clock is set', async () => {
  const set = await withWrongClock();
  const pool = createPool({ connection: database.connection, max: 1 }, () => {});
  try {
    clock = await createDatabaseClock(pool, 20);
    for (const days of [3, -3]) {
      await set(days);
      await eventually(() => expect(Math.abs((clock?.now().getTime() ?? 0) - Date.now() - days * DAY_MS)).toBeLessThan(NEAR_MS));
    }
  } finally {
    clock?.stop();
    await pool.end();
  }
});

test('it goes on while the database cannot be asked', async () => {
  const pool = createPool({ connection: database.connection, max: 1 }, () => {});
  clock = await createDatabaseClock(pool, 5);
  await pool.end();
  const before = clock.now().getTime();
  await eventually(() => expect(clock?.now().getTime()).toBeGreaterThan(before));
});
