import { expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

const events = async (of: TestDatabase): Promise<number> => (await of.db.one<{ n: number }>(sql`select count(*) as n from outbox`)).n;

test('each test database has the migrated tables and rows of its own', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  try {
    await one.db.run(sql`insert into outbox (id, type, subject) values ('evt_1', 'a.b', 's')`);
    expect([await events(one), await events(two)]).toEqual([1, 0]);
    expect(await one.db.all(sql`select 1 from dbos.workflow_status`)).toEqual([]);
  } finally {
    await Promise.all([one.close(), two.close()]);
  }
});

test('a test database can be made of chosen migrations alone', async () => {
  const chosen = await createTestDatabase({ migrations: ['0001_platform.sql'] });
  try {
    expect(await chosen.db.all(sql`select name from schema_migrations`)).toEqual([{ name: '0001_platform.sql' }]);
  } finally {
    await chosen.close();
  }
});

test('closing a test database drops it, even while somebody is connected', async () => {
  const gone = await createTestDatabase();
  const witness = await createTestDatabase();
  try {
    const stranger = await gone.pool.connect();
    stranger.on('error', () => {});
    stranger.release();
    await gone.close();
    const left = await witness.db.all(sql`select 1 from pg_database where datname = ${gone.connection.database}`);
    expect(left).toEqual([]);
  } finally {
    await witness.close();
  }
});
