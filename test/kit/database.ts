import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { inject } from 'vitest';
import { createDb, createPool, migrate, type Db } from '#platform/db/index.ts';
import { migrateWorkflowSchema } from '#platform/workflow/schema.ts';
import type { DoorAnswer, DoorRequest } from './global-setup.ts';
import { silentLog } from './log.ts';
import { MIGRATIONS, TEMPLATE, type EmbeddedConnection } from './server.ts';

/** A database of its own for one test file (or one test): all migrations and the workflow engine's tables, no rows. */
export interface TestDatabase {
  db: Db;
  pool: Pool;
  /** For `createPool`, a workflow engine, or a child process. */
  connection: EmbeddedConnection;
  /** The same as a URL, for programs that want one. */
  url: string;
  /** Ends the pool and drops the database; sessions of others on it are cut. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Only these migration files, applied afresh (slower): for work beside a migration that is broken at the moment. */
  migrations?: readonly string[];
  /** Most connections of the pool; default 10. */
  max?: number;
}

/** Clones the migrated template (27-48 ms). Throws which migration failed when the template could not be made. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await askServer(options.migrations === undefined ? 'template' : 'server');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, `create database ${name} template ${options.migrations === undefined ? TEMPLATE : 'template1'} strategy file_copy`);
  const connection = { ...server, database: name };
  const pool = createPool({ connection, max: options.max ?? 10, applicationName: 'test' }, () => {});
  if (options.migrations !== undefined) await migrateSome(pool, options.migrations);
  let closed: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await pool.end();
    await asAdmin(server, `drop database if exists ${name} with (force)`);
  };
  return {
    db: createDb(pool),
    pool,
    connection,
    url: `postgresql://${connection.user}@/${name}?host=${encodeURIComponent(connection.socketDir)}&port=${connection.port}`,
    close: () => (closed ??= end()),
  };
}

async function migrateSome(pool: Pool, names: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-migrations-'));
  try {
    for (const name of names) copyFileSync(path.join(MIGRATIONS, name), path.join(folder, name));
    await migrate(pool, folder);
    await migrateWorkflowSchema(pool, silentLog);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function asAdmin(server: EmbeddedConnection, statement: string): Promise<void> {
  const pool = createPool({ connection: { ...server, database: 'postgres' }, max: 1 }, () => {});
  try {
    await pool.query(statement);
  } finally {
    await pool.end();
  }
}

/** Asks at the door of the test run (global-setup.ts); a second asker waits there for the first one's server. */
async function askServer(request: DoorRequest): Promise<EmbeddedConnection> {
  const text = await new Promise<string>((resolve, reject) => {
    let heard = '';
    const socket = net.connect(inject('reeveTestDatabaseDoor'));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (heard += chunk));
    socket.on('end', () => resolve(heard));
    socket.on('error', reject);
    socket.write(`${request}\n`);
  });
  const answer = JSON.parse(text) as DoorAnswer;
  if ('error' in answer) throw new Error(`The test database could not be made: ${answer.error}`);
  return answer.connection;
}
