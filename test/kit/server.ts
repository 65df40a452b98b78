import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createPool, migrate, startEmbedded, type EmbeddedPostgres, type PoolSettings } from '#platform/db/index.ts';
import { migrateWorkflowSchema } from '#platform/workflow/schema.ts';
import { silentLog } from './log.ts';

export type EmbeddedConnection = Extract<PoolSettings['connection'], { socketDir: string }>;

export const MIGRATIONS = path.resolve(import.meta.dirname, '../../migrations');

/** Cloned by each test database; nobody may be connected to it while it is cloned. */
export const TEMPLATE = 'reeve_template';

/** A throw-away server: a crash may lose everything, so nothing waits for the disk. */
const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

const PREFIX = 'reeve-test-';

/** Room for the databases of a whole run, in bytes. */
const ROOM = 4 * 1024 ** 3;

/**
 * In memory where there is room: each test database is a thousand files, and ext4 looks long for a free inode where many were just deleted (a third of
 * all processor time of the merge queue's tests went there).
 */
const MEMORY = '/dev/shm';
const PLACE = hasRoom(MEMORY) ? MEMORY : os.tmpdir();

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    // What a disk in memory may hold is not yet memory that is there.
    return bavail * bsize >= ROOM && process.availableMemory() >= 2 * ROOM;
  } catch {
    return false;
  }
}

/** One server for one test run. */
export interface TestServer {
  connection: EmbeddedConnection;
  /** Makes the template database, once. Throws which migration failed; a later call tries again. */
  template(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server in a fresh folder. */
export async function startTestServer(): Promise<TestServer> {
  await sweepAbandoned();
  const dataDir = mkdtempSync(path.join(PLACE, `${PREFIX}${process.pid}-`));
  const server = await startEmbedded({ dataDir, log: silentLog, settings: THROW_AWAY, disposable: true });
  let made: Promise<void> | undefined;
  return {
    connection: server.connection,
    async template() {
      made ??= makeTemplate(server);
      try {
        await made;
      } catch (error) {
        made = undefined;
        throw error;
      }
    },
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(server: EmbeddedPostgres): Promise<void> {
  const admin = createPool({ connection: { ...server.connection, database: 'postgres' }, max: 1 }, () => {});
  await admin.query(`drop database if exists ${TEMPLATE} with (force)`);
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();
  const pool = createPool({ connection: { ...server.connection, database: TEMPLATE }, max: 2 }, () => {});
  try {
    await migrate(pool, MIGRATIONS);
    await migrateWorkflowSchema(pool, silentLog);
  } finally {
    await pool.end();
  }
}

/** A run that was killed leaves its server and folder behind; the next run tidies up. */
async function sweepAbandoned(): Promise<void> {
  for (const place of new Set([os.tmpdir(), ...(existsSync(MEMORY) ? [MEMORY] : [])])) await sweep(place);
}

async function sweep(place: string): Promise<void> {
  for (const name of readdirSync(place)) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const dataDir = path.join(place, name);
    try {
      if (existsSync(path.join(dataDir, 'pg', 'postmaster.pid'))) await (await startEmbedded({ dataDir, log: silentLog })).stop();
      rmSync(dataDir, { recursive: true, force: true });
    } catch {
      // Another run may be sweeping too; what stays is found next time.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
