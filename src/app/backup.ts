import { existsSync, statSync } from 'node:fs';
import { AppError } from '#kernel/errors.ts';
import { backupEmbedded, dumpServer, restoreEmbedded, restoreServer } from '#platform/db/index.ts';
import type { RestoreArchive, Restored } from '#cli/local.ts';
import type { AppConfig } from './config.ts';
import { prepareDataDir } from './data-dir.ts';
import { openEmbedded } from './database.ts';
import { createProcessLog } from './process-log.ts';

const environmentOf = (config: AppConfig): Record<string, string> => config.environment(['PATH', 'HOME', 'PGSSLMODE', 'PGSSLROOTCERT']);

/** Copies the database while it runs: the embedded one physically, through its own server; another with `pg_dump`. */
export async function backupDatabase(config: AppConfig, target: string): Promise<{ path: string; bytes: number }> {
  const server = await openEmbedded(config);
  if (server === null) {
    await dumpServer({ url: config.databaseUrl ?? '', file: target, env: environmentOf(config) });
    return { path: target, bytes: existsSync(target) ? statSync(target).size : 0 };
  }
  try {
    const report = await backupEmbedded({ server, to: target, log: createProcessLog(config).log });
    return { path: report.folder, bytes: report.bytes };
  } finally {
    await server.stop();
  }
}

/** Puts a backup into an empty data directory, or into the server database; an archive of the log goes on top of the former. */
export async function restoreDatabase(config: AppConfig, source: string, archive: RestoreArchive | null): Promise<Restored> {
  if (config.databaseUrl !== null) {
    if (archive !== null)
      throw new AppError('refused', 'An archive is replayed on the embedded database, and REEVE_DATABASE_URL names another.', {
        code: 'archive_not_embedded',
        hint: 'Replay it with the tools of that server.',
      });
    await restoreServer({ url: config.databaseUrl, file: source, env: environmentOf(config) });
    return { dataDir: config.dataDir, replayedTo: null };
  }
  prepareDataDir(config.dataDir);
  const { log } = createProcessLog(config);
  const { replayedTo } = await restoreEmbedded({ from: source, dataDir: config.dataDir, log, ...(archive === null ? {} : { archive }) });
  return { dataDir: config.dataDir, replayedTo: replayedTo?.toISOString() ?? null };
}
