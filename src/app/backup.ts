import { existsSync, statSync } from 'node:fs';
import { backupEmbedded, dumpServer, restoreEmbedded, restoreServer, startEmbedded } from '#platform/db/index.ts';
import type { AppConfig } from './config.ts';
import { createProcessLog } from './context.ts';
import { prepareDataDir } from './startup.ts';

/** Copies the database while it runs: the embedded one physically, through its own server; another with `pg_dump`. */
export async function backupDatabase(config: AppConfig, target: string): Promise<{ path: string; bytes: number }> {
  const { log } = createProcessLog(config);
  const environment = config.environment(['PATH', 'HOME', 'PGSSLMODE', 'PGSSLROOTCERT']);
  if (config.databaseUrl !== null) {
    await dumpServer({ url: config.databaseUrl, file: target, env: environment });
    return { path: target, bytes: existsSync(target) ? statSync(target).size : 0 };
  }
  const server = await startEmbedded({ dataDir: config.dataDir, log });
  try {
    const report = await backupEmbedded({ server, to: target, log });
    return { path: report.folder, bytes: report.bytes };
  } finally {
    await server.stop();
  }
}

/** Puts a backup into an empty data directory, or into the server database. */
export async function restoreDatabase(config: AppConfig, source: string): Promise<{ dataDir: string }> {
  const { log } = createProcessLog(config);
  if (config.databaseUrl !== null) {
    await restoreServer({ url: config.databaseUrl, file: source, env: config.environment(['PATH', 'HOME', 'PGSSLMODE', 'PGSSLROOTCERT']) });
    return { dataDir: config.dataDir };
  }
  prepareDataDir(config.dataDir);
  await restoreEmbedded({ from: source, dataDir: config.dataDir, log });
  return { dataDir: config.dataDir };
}
