import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { createDb, createPool, migrate, startEmbedded, type Db, type PoolSettings } from '#platform/db/index.ts';
import { createLog, type Log } from '#platform/log/index.ts';

const MIGRATIONS = path.resolve(import.meta.dirname, '../migrations');

export const quiet: Log = createLog({
  level: 'error',
  format: 'json',
  destination: new Writable({ write: (_chunk, _encoding, done) => done() }),
});

/** An embedded server in a temporary folder, as durable as the product's own. */
export interface BenchServer {
  /** A migrated database without rows. */
  database(): Promise<{ db: Db; connection: PoolSettings['connection']; close(): Promise<void> }>;
  stop(): Promise<void>;
}

export async function startBenchServer(): Promise<BenchServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-bench-'));
  // `disposable` spares only initdb the disk: commits wait for it as they do in earnest.
  const server = await startEmbedded({ dataDir, log: quiet, disposable: true });
  const poolOn = (settings: Partial<PoolSettings> & { database: string }) =>
    createPool({ connection: { ...server.connection, database: settings.database }, max: settings.max ?? 10 }, () => {});
  return {
    async database() {
      const name = `bench_${randomBytes(6).toString('hex')}`;
      const admin = poolOn({ database: 'postgres', max: 1 });
      await admin.query(`create database ${name}`);
      await admin.end();
      const pool = poolOn({ database: name });
      await migrate(pool, MIGRATIONS);
      return { db: createDb(pool), connection: { ...server.connection, database: name }, close: () => pool.end() };
    },
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
