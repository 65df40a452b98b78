import { ensureSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import type { Pool } from 'pg';
import type { Log } from '#platform/log/index.ts';
import { engineLog } from './engine-log.ts';

/** Makes or upgrades the workflow engine's own tables (schema `dbos`). `launch` does so too; tests prepare a template with it. */
export async function migrateWorkflowSchema(pool: Pool, log: Log): Promise<void> {
  // The address is only read to create the database itself, which a pool of ours says exists.
  await ensureSystemDatabase('postgresql://unused@unused/unused', engineLog(log) as never, pool);
}
