import { expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createTestDatabase } from './database.ts';

test('each test database has the migrated tables and rows of its own', async () => {
  const [one, two] = await Promise.all([createTestDatabase({ migrations: ['0001_platform.sql'] }), createTestDatabase({ migrations: ['0001_platform.sql'] })]);
  try {
    await one.db.run(sql`insert into outbox (id, type, subject) values ('evt_1', 'a.b', 's')`);
    const count = async (of: typeof one): Promise<number> => (await of.db.one<{ n: number }>(sql`select count(*) as n from outbox`)).n;
    expect([await count(one), await count(two)]).toEqual([1, 0]);
  } finally {
    await one.close();
    await two.close();
  }
});
test('template clone', async () => {
  const t = performance.now();
  const one = await createTestDatabase();
  console.log(performance.now() - t);
  await one.close();
});
