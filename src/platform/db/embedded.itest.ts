import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../test/kit/log.ts';
import { pidHolder, readPidFile } from './embedded.pid-file.ts';
import { startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from './embedded.ts';
import { LONG } from '../../../test/kit/long.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../../test/kit/embedded-user.ts');

let root: string;
let dataDir: string;
let servers: EmbeddedPostgres[] = [];
let children: ChildProcess[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'reeve-embedded-')));
  dataDir = path.join(root, 'data');
});

afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
  // What a killed process left running is adopted and stopped.
  if (existsSync(pidFile())) await (await startEmbedded({ dataDir, log: silentLog })).stop();
  rmSync(root, { recursive: true, force: true });
});

const pidFile = (): string => path.join(dataDir, 'pg', 'postmaster.pid');

async function start(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dataDir, log: silentLog, disposable: true, ...options });
  servers.push(server);
  return server;
}

interface Told {
  adopted: boolean;
  pid: number;
}

async function startInChild(): Promise<{ child: ChildProcess; told: Told }> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify({ dataDir })], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, told: JSON.parse(line.toString('utf8')) as Told };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function ask<Row extends pg.QueryResultRow>(server: EmbeddedPostgres, text: string): Promise<Row[]> {
  const client = new pg.Client({
    host: server.connection.socketDir,
    port: server.connection.port,
    user: server.connection.user,
    database: server.connection.database,
  });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const runs = (pid: number): boolean => pidHolder(pid, path.join(dataDir, 'pg')) === 'postgres';

test('a fresh folder becomes a UTF-8 database on a private socket, without TCP', async () => {
  const server = await start();
  expect(server.adopted).toBe(false);
  const [row] = await ask(
    server,
    "select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as tcp, current_database() as name, (select datlocale from pg_database where datname = current_database()) as locale, current_setting('data_checksums') as checksums",
  );
  expect(row).toEqual({ encoding: 'UTF8', tcp: '', name: 'reeve', locale: 'C.UTF-8', checksums: 'on' });
  expect(statSync(server.connection.socketDir).mode & 0o777).toBe(0o700);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

test('rows outlive a stop and a start, and stopping twice is harmless', async () => {
  const first = await start();
  await ask(first, 'create table kept as select 42 as n');
  await first.stop();
  await first.stop();
  expect(existsSync(pidFile())).toBe(false);
  expect(await ask(await start(), 'select n from kept')).toEqual([{ n: 42 }]);
});

test('a second process adopts the running server, and only the last to leave stops it', async () => {
  const server = await start();
  const { child, told } = await startInChild();
  expect(told).toMatchObject({ adopted: true, pid: server.pid });
  await server.stop();
  expect(runs(server.pid)).toBe(true);
  await end(child, 'SIGTERM');
  expect(runs(server.pid)).toBe(false);
  expect(existsSync(pidFile())).toBe(false);
});

test('after kill -9 of the process that started it, the server is adopted and stopped by the next', async () => {
  const { child, told } = await startInChild();
  await end(child, 'SIGKILL');
  expect(runs(told.pid)).toBe(true);
  const server = await start();
  expect(server).toMatchObject({ adopted: true, pid: told.pid });
  await server.stop();
  expect(runs(told.pid)).toBe(false);
});

test('after kill -9 of the server its committed rows are recovered by the process that uses it', async () => {
  const server = await start();
  await ask(server, 'create table kept as select 7 as n');
  process.kill(server.pid, 'SIGKILL');
  await expect.poll(() => ask(server, 'select n from kept').catch(() => null), { timeout: 30_000 }).toEqual([{ n: 7 }]);
  expect(readPidFile(path.join(dataDir, 'pg'))?.pid).not.toBe(server.pid);
});

test('after kill -9 of everything the next start recovers', async () => {
  const { child, told } = await startInChild();
  await end(child, 'SIGKILL');
  process.kill(told.pid, 'SIGKILL');
  const server = await start();
  expect(server.adopted).toBe(false);
  expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.each([
  ['a pid that nobody has', () => 4_194_300],
  ['the pid of a stranger', () => process.pid],
])('a stale pid file with %s does not keep the server from starting', async (_name, pid) => {
  const first = await start();
  await first.stop();
  const socketDir = first.connection.socketDir;
  writeFileSync(pidFile(), `${pid()}\n${path.join(dataDir, 'pg')}\n1700000000\n5432\n${socketDir}\n\n  123 456\nready   \n`, { mode: 0o600 });
  const server = await start();
  expect(server.adopted).toBe(false);
  expect(server.pid).not.toBe(pid());
});

test('a stale pid file that names a zombie does not keep the server from starting', async () => {
  await (await start()).stop();
  // A shell that never asks for its dead child: exec replaces it with a program that knows of no children.
  const parent = spawn('/bin/sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(parent);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = Number(line.toString('utf8'));
  await expect.poll(() => pidHolder(zombie, dataDir), { timeout: 20_000 }).toBe('zombie');
  writeFileSync(pidFile(), `${zombie}\n${path.join(dataDir, 'pg')}\n1700000000\n5432\n${dataDir}\n\n  123 456\nready   \n`, { mode: 0o600 });
  expect((await start()).adopted).toBe(false);
});

test('of two processes that start at once on an empty folder one makes the server and the other adopts it', async () => {
  const both = await Promise.all([startInChild(), startInChild(), startInChild()]);
  expect(both.filter(({ told }) => told.adopted)).toHaveLength(2);
  expect(new Set(both.map(({ told }) => told.pid)).size).toBe(1);
});

test.runIf(LONG)('processes that come and go at once never find the server gone', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { child } = await startInChild();
    const [, arrived] = await Promise.all([end(child, 'SIGTERM'), start()]);
    expect(await ask(arrived, 'select 1 as one')).toEqual([{ one: 1 }]);
    await arrived.stop();
  }
});

test('a folder whose path is too long for a socket gets a short private one', async () => {
  dataDir = path.join(root, 'x'.repeat(90), 'data');
  mkdirSync(dataDir, { recursive: true });
  const server = await start();
  expect(Buffer.byteLength(`${server.connection.socketDir}/.s.PGSQL.5432`)).toBeLessThanOrEqual(103);
  expect(statSync(server.connection.socketDir).mode & 0o777).toBe(0o700);
  await server.stop();
  rmSync(server.connection.socketDir, { recursive: true });
});

test.runIf(LONG)('a folder with a blank and a quote in its path works', async () => {
  dataDir = path.join(root, `it's a "data" folder`);
  expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a cluster of another PostgreSQL version is refused in words', async () => {
  await (await start()).stop();
  const file = path.join(dataDir, 'pg', 'PG_VERSION');
  const made = readFileSync(file, 'utf8');
  writeFileSync(file, '12\n');
  await expect(start()).rejects.toMatchObject({ kind: 'unavailable', code: 'embedded_version', message: expect.stringContaining('PostgreSQL 12') });
  writeFileSync(file, made);
});

test('a server that cannot start says why', async () => {
  await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('shared_buffers'),
  });
});

test('a folder that cannot be made is refused in words', async () => {
  writeFileSync(dataDir, 'a file');
  await expect(start()).rejects.toMatchObject({ kind: 'unavailable', code: 'data_dir' });
});

test.runIf(process.getuid?.() === 0)('where user namespaces are forbidden, root runs the server as nobody', async () => {
  // mkdtemp's folder is 0700: nobody could not enter it.
  await expect(start({ runAs: 'setuid' })).rejects.toMatchObject({ kind: 'unavailable', code: 'embedded_user' });
  chmodSync(root, 0o755);
  const server = await start({ runAs: 'setuid' });
  expect(statSync(path.join(dataDir, 'pg')).uid).toBe(65_534);
  expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(existsSync(pidFile())).toBe(false);
});
