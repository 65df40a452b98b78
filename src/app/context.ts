import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Ids } from '#kernel/ids.ts';
import { createIds, randomSecret } from '#platform/crypto/index.ts';
import {
  createDatabaseClock,
  createDb,
  createPool,
  migrate,
  type DatabaseClock,
  type Db,
  type EmbeddedPostgres,
  type PoolSettings,
} from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Redactor } from '#platform/redaction/index.ts';
import { createOutbox, type Outbox } from '#platform/outbox/index.ts';
import { createMetrics, type Metrics } from '#platform/telemetry/index.ts';
import { createWorkflowEngine, type WorkflowEngine } from '#platform/workflow/index.ts';
import type { AppConfig } from './config.ts';
import { openEmbedded } from './database.ts';
import { MIGRATIONS_DIR } from './paths.ts';
import { createProcessLog } from './process-log.ts';

/**
 * Workflows begun under one version are continued under the same version only. Raise it when a stored workflow could no longer
 * be replayed (a step removed or reordered), not with each release.
 */
const WORKFLOW_VERSION = '1';

/** The machinery of one process. */
export interface Context {
  config: AppConfig;
  clock: Clock;
  ids: Ids;
  log: Log;
  redactor: Redactor;
  metrics: Metrics;
  db: Db;
  outbox: Outbox;
  workflow: WorkflowEngine;
  /** Null with a server database. */
  embedded: EmbeddedPostgres | null;
  /** This process, in leases and intents, and as an executor of workflows: what an executor held that was declared lost is others'. */
  workerId: string;
  close(): Promise<void>;
}

/**
 * Opens the database (starting the embedded one where none is named, or waiting for the one that is on its way), migrates it,
 * and builds what everything else stands on.
 */
export async function openContext(config: AppConfig, onItsWay?: Promise<EmbeddedPostgres | null>): Promise<Context> {
  const { log, redactor } = createProcessLog(config);
  const embedded = await (onItsWay ?? openEmbedded(config));
  const connection: PoolSettings['connection'] = embedded === null ? { url: config.databaseUrl ?? '' } : embedded.connection;
  const pool = createPool({ connection, max: config.databasePool }, (error) => log.warn({ error: error.message }, 'a database connection broke'));
  let clock: DatabaseClock;
  try {
    const report = await migrate(pool, MIGRATIONS_DIR);
    if (report.applied.length > 0) {
      // Their names fill a screen at the first start, and nobody reads them there.
      log.info({ migrations: report.applied.length, newest: report.applied.at(-1) }, 'the database was migrated');
      log.debug({ applied: report.applied }, 'these migrations were applied');
    }
    clock = await createDatabaseClock(pool);
  } catch (error) {
    await pool.end();
    await embedded?.stop();
    throw error;
  }
  // Events are delivered inside a transaction of their own pool: their consumers use the other one.
  const deliveries = createPool({ connection, max: 6, applicationName: 'reeve-events' }, (error) =>
    log.warn({ error: error.message }, 'a database connection broke'),
  );
  const ids = createIds(clock);
  const db = createDb(pool);
  const workerId = `${hostname()}-${process.pid}-${randomSecret(6)}`;
  return {
    config,
    clock,
    ids,
    log,
    redactor,
    metrics: createMetrics(),
    db,
    outbox: createOutbox({ db: createDb(deliveries), log, clock, ids }),
    workflow: createWorkflowEngine({ connection, log, clock, executorId: workerId, version: WORKFLOW_VERSION }),
    embedded,
    workerId,
    async close() {
      clock.stop();
      await Promise.all([pool.end(), deliveries.end()]);
      await embedded?.stop();
    },
  };
}

/** Sockets live here: a unix socket's path has at most 103 bytes, so a deep data directory gets a short folder of its own. */
export function socketDirOf(dataDir: string): string {
  const inside = path.join(dataDir, 'sockets');
  if (Buffer.byteLength(path.join(inside, 'run_01234567890123456789012345.sock')) <= 103) return inside;
  return path.join('/tmp', `reeve-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
}
