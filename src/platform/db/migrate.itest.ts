import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPool, migrate } from './index.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase({ migrations: [] });
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-migrate-'));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);
const migrated = async (): Promise<string[]> =>
  (await database.pool.query<{ name: string }>('select name from schema_migrations order by name')).rows.map((row) => row.name);

test('migrations are applied once, in the order of their numbers; other files are none', async () => {
  write('0002_second.sql', 'insert into first values (2);');
  write('0001_first.sql', 'create table first (n integer); insert into first values (1);');
  write('notes.txt', 'not sql');
  expect(await migrate(database.pool, folder)).toEqual({ applied: ['0001_first.sql', '0002_second.sql'], version: '0002_second.sql' });
  expect(await migrate(database.pool, folder)).toEqual({ applied: [], version: '0002_second.sql' });
  write('0003_third.sql', 'insert into first values (3);');
  expect(await migrate(database.pool, folder)).toEqual({ applied: ['0003_third.sql'], version: '0003_third.sql' });
  expect((await database.pool.query('select n from first order by n')).rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test('a database of a newer version is refused and left as it is', async () => {
  write('0001_first.sql', 'create table first (n integer);');
  write('0009_future.sql', 'create table future (n integer);');
  await migrate(database.pool, folder);
  rmSync(path.join(folder, '0009_future.sql'));
  write('0002_ours.sql', 'create table ours (n integer);');
  await expect(migrate(database.pool, folder)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'schema_newer',
    message: expect.stringContaining('0009_future.sql'),
  });
  expect(await migrated()).toEqual(['0001_first.sql', '0009_future.sql']);
});

test('a migration edited after it was applied is refused before anything else is applied', async () => {
  write('0002_first.sql', 'create table first (n integer);');
  await migrate(database.pool, folder);
  write('0002_first.sql', 'create table first (n bigint);');
  write('0001_other.sql', 'create table other (n integer);');
  await expect(migrate(database.pool, folder)).rejects.toMatchObject({
    code: 'migration_edited',
    message: expect.stringContaining('0002_first.sql'),
  });
  expect(await migrated()).toEqual(['0002_first.sql']);
});

test('a migration that fails is named, undone whole, and does not keep the lock', async () => {
  write('0001_first.sql', 'create table first (n integer);');
  write('0002_broken.sql', 'create table half (n integer); select 1 / 0;');
  await expect(migrate(database.pool, folder)).rejects.toMatchObject({
    code: 'migration_failed',
    message: 'Migration 0002_broken.sql failed: division by zero',
  });
  expect(await migrated()).toEqual(['0001_first.sql']);
  write('0002_broken.sql', 'create table half (n integer);');
  expect((await migrate(database.pool, folder)).applied).toEqual(['0002_broken.sql']);
});

test('of several that migrate at once each migration is applied by one', async () => {
  write('0001_first.sql', 'create table first (n integer); select pg_sleep(0.1);');
  write('0002_second.sql', 'create table second (n integer);');
  const pools = Array.from({ length: 4 }, () => createPool({ connection: database.connection, max: 1 }, () => {}));
  try {
    const reports = await Promise.all(pools.map((pool) => migrate(pool, folder)));
    expect(reports.flatMap((report) => report.applied).sort()).toEqual(['0001_first.sql', '0002_second.sql']);
  } finally {
    for (const pool of pools) await pool.end();
  }
});
