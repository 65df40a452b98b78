import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../test/kit/log.ts';
import {
  backupEmbedded,
  createPool,
  dumpServer,
  restoreEmbedded,
  restoreServer,
  startEmbedded,
  type EmbeddedOptions,
  type EmbeddedPostgres,
} from './index.ts';
import { LONG } from '../../../test/kit/long.ts';

let root: string;
let servers: EmbeddedPostgres[] = [];
let pools: Pool[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'reeve-backup-')));
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
  for (const server of servers.splice(0)) await server.stop();
  rmSync(root, { recursive: true, force: true });
});

async function start(name: string, options: Partial<EmbeddedOptions> = {}): Promise<{ server: EmbeddedPostgres; pool: Pool }> {
  const server = await startEmbedded({ dataDir: path.join(root, name), log: silentLog, disposable: true, ...options });
  servers.push(server);
  const pool = createPool({ connection: server.connection }, () => {});
  pools.push(pool);
  return { server, pool };
}

const numbers = async (pool: Pool): Promise<number[]> => (await pool.query<{ n: number }>('select n from kept order by n')).rows.map((row) => row.n);

test('a backup taken while rows are written holds everything committed before it, and no half transaction', async () => {
  const { server, pool } = await start('one');
  await pool.query('create table kept (n integer primary key, filler text)');
  await pool.query('create table twin (n integer primary key)');
  await pool.query("insert into kept select n, repeat('x', 500) from generate_series(1, 2000) n");
  await pool.query('insert into twin select n from kept');
  let writing = true;
  const writer = (async () => {
    for (let n = 2001; writing; n += 1) {
      await pool.query(`with made as (insert into kept values (${n}, repeat('y', 2000)) returning n) insert into twin select n from made`);
      if (n % 100 === 0) await pool.query('checkpoint');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const to = path.join(root, 'backup');
  const report = await backupEmbedded({ server, to, log: silentLog });
  writing = false;
  await writer;
  expect(report.bytes).toBeGreaterThan(1_000_000);
  await restoreEmbedded({ from: to, dataDir: path.join(root, 'two'), log: silentLog });
  const restored = await start('two');
  const found = await numbers(restored.pool);
  expect(found.slice(0, 2000)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i + 1));
  expect((await restored.pool.query('select count(*) as n from twin')).rows).toEqual([{ n: found.length }]);
  // Written to as well: it is a database, not a museum.
  await restored.pool.query('insert into kept values (-1)');
});

test('archived log carries a restore past its backup, to its end or to an instant', async () => {
  const archive = path.join(root, "it's the archive");
  const { server, pool } = await start('one', { walArchiveDir: archive });
  await pool.query('create table kept (n integer primary key)');
  await pool.query('insert into kept values (1)');
  await backupEmbedded({ server, to: path.join(root, 'backup'), log: silentLog });
  await pool.query('insert into kept values (2)');
  const { rows } = await pool.query<{ now: Date; segment: string }>(
    'select clock_timestamp() as now, pg_walfile_name(pg_current_wal_lsn()) as segment',
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await pool.query('insert into kept values (3)');
  const last = (await pool.query<{ segment: string }>('select pg_walfile_name(pg_switch_wal()) as segment')).rows[0]?.segment ?? '';
  await expect.poll(() => readdir(archive), { timeout: 20_000 }).toContain(last);
  const from = path.join(root, 'backup');
  const all = await restoreEmbedded({ from, dataDir: path.join(root, 'all'), log: silentLog, archive: { folder: archive } });
  const then = await restoreEmbedded({ from, dataDir: path.join(root, 'then'), log: silentLog, archive: { folder: archive, until: rows[0]?.now } });
  expect(all.replayedTo?.getTime()).toBeGreaterThan(rows[0]?.now.getTime() ?? Number.NaN);
  expect(then.replayedTo?.getTime()).toBeLessThanOrEqual(rows[0]?.now.getTime() ?? Number.NaN);
  expect(await numbers((await start('then')).pool)).toEqual([1, 2]);
  const whole = await start('all');
  expect(await numbers(whole.pool)).toEqual([1, 2, 3]);
  // Nothing of the replay stays in force: a backup of the restored database is one as any other.
  await whole.pool.query('insert into kept values (4)');
  await backupEmbedded({ server: whole.server, to: path.join(root, 'again'), log: silentLog });
  await restoreEmbedded({ from: path.join(root, 'again'), dataDir: path.join(root, 'third'), log: silentLog });
  expect(await numbers((await start('third')).pool)).toEqual([1, 2, 3, 4]);
});

test.runIf(LONG)('an archive that cannot be replayed says why, and leaves the data folder without a database', async () => {
  const archive = path.join(root, 'archive');
  const { server, pool } = await start('one', { walArchiveDir: archive });
  const from = path.join(root, 'backup');
  await pool.query('select 1');
  await backupEmbedded({ server, to: from, log: silentLog });
  const dataDir = path.join(root, 'two');
  const restore = (folder: string, until?: Date) => restoreEmbedded({ from, dataDir, log: silentLog, archive: { folder, until } });
  await expect(restore(path.join(root, 'nowhere'))).rejects.toMatchObject({ kind: 'invalid', code: 'archive_empty' });
  await expect(restore(from)).rejects.toMatchObject({ kind: 'invalid', code: 'archive_empty' });
  await pool.query('select pg_switch_wal()');
  await expect.poll(() => readdir(archive), { timeout: 20_000 }).not.toEqual([]);
  await expect(restore(archive, new Date('2999-01-01'))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'replay_failed',
    message: expect.stringContaining('before configured recovery target was reached'),
  });
  await expect(restore(archive, new Date('2000-01-01'))).rejects.toMatchObject({ kind: 'invalid', code: 'backup_too_young' });
  expect(existsSync(path.join(dataDir, 'pg'))).toBe(false);
});

test('a backup is whole or not there, and never overwrites one', async () => {
  const { server } = await start('one');
  const to = path.join(root, 'backup');
  await backupEmbedded({ server, to, log: silentLog });
  await expect(backupEmbedded({ server, to, log: silentLog })).rejects.toMatchObject({ kind: 'conflict', code: 'backup_exists' });
  await expect(backupEmbedded({ server, to: path.join(root, 'one', 'postgres.log', 'backup'), log: silentLog })).rejects.toThrow('ENOTDIR');
  expect((await readdir(root)).sort()).toEqual(['backup', 'one']);
});

test('a damaged backup is noticed, and leaves the data folder without a database', async () => {
  const { server } = await start('one');
  const from = path.join(root, 'backup');
  await backupEmbedded({ server, to: from, log: silentLog });
  const victim = path.join(from, 'pg', 'global', 'pg_control');
  const bytes = readFileSync(victim);
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
  writeFileSync(victim, bytes);
  const dataDir = path.join(root, 'two');
  await expect(restoreEmbedded({ from, dataDir, log: silentLog })).rejects.toMatchObject({
    kind: 'invalid',
    code: 'backup_damaged',
    message: expect.stringContaining('pg_control'),
  });
  expect(existsSync(path.join(dataDir, 'pg'))).toBe(false);
});

test.runIf(LONG)('a restore never touches a database that is there', async () => {
  const { server, pool } = await start('one');
  await pool.query('create table kept as select 1 as n');
  const from = path.join(root, 'backup');
  await backupEmbedded({ server, to: from, log: silentLog });
  await expect(restoreEmbedded({ from, dataDir: server.dataDir, log: silentLog })).rejects.toMatchObject({
    kind: 'conflict',
    code: 'data_dir_in_use',
  });
  expect(await numbers(pool)).toEqual([1]);
  await expect(restoreEmbedded({ from: root, dataDir: path.join(root, 'two'), log: silentLog })).rejects.toMatchObject({
    kind: 'invalid',
    code: 'backup_missing',
  });
});

test('without pg_dump a server backup is refused with what to install', async () => {
  const options = { url: 'postgres://u:p@localhost/d', file: path.join(root, 'dump'), env: { PATH: root } };
  await expect(dumpServer(options)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'pg_dump_missing',
    message: 'pg_dump is not installed here.',
  });
  await expect(restoreServer(options)).rejects.toMatchObject({ kind: 'invalid', code: 'backup_missing' });
});

test('the password of a server goes to pg_dump by its environment, not its arguments, and its complaint is passed on', async () => {
  const program = path.join(root, 'pg_dump');
  writeFileSync(
    program,
    `#!/bin/sh\necho "args: $*"  >> ${root}/said\necho "password: $PGPASSWORD" >> ${root}/said\ntest "$REFUSE" = "" || { echo 'no such database' >&2; exit 1; }\n`,
  );
  chmodSync(program, 0o755);
  const options = {
    url: 'postgres://ann:s%3Acret@db.example/reeve?sslmode=require',
    file: path.join(root, 'dump'),
    env: { PATH: `${root}:/bin:/usr/bin` },
  };
  await dumpServer(options);
  const said = readFileSync(path.join(root, 'said'), 'utf8').split('\n');
  expect(said[0]).toContain('--dbname=postgres://ann@db.example/reeve?sslmode=require');
  expect(said[0]).not.toContain('cret');
  expect(said[1]).toBe('password: s:cret');
  await expect(dumpServer({ ...options, env: { ...options.env, REFUSE: 'yes' } })).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'pg_dump failed: no such database',
  });
});
