import type { Config } from '#platform/config/index.ts';
import { startEmbedded, type EmbeddedPostgres } from '#platform/db/index.ts';
import { prepareDataDir } from './data-dir.ts';
import { createProcessLog } from './process-log.ts';

/** Null where a server is named: nothing embedded starts then. */
export async function openEmbedded(
  config: Pick<Config, 'dataDir' | 'databaseUrl' | 'walArchiveDir' | 'secrets' | 'logLevel' | 'logFormat'>,
  onBegun: () => void = () => {},
): Promise<EmbeddedPostgres | null> {
  if (config.databaseUrl !== null) return null;
  prepareDataDir(config.dataDir);
  return startEmbedded({
    dataDir: config.dataDir,
    log: createProcessLog(config).log,
    onBegun,
    // Whoever starts the server decides for all that use it: so each command that may start it says the same.
    ...(config.walArchiveDir === null ? {} : { walArchiveDir: config.walArchiveDir }),
  });
}

/**
 * Sets PostgreSQL to work and comes back at once, for a start that has a second of modules to load meanwhile: loading blocks
 * this thread, so it must not begin before the other process has. The answer is inside an object, because it is not waited for.
 */
export async function beginEmbedded(config: Parameters<typeof openEmbedded>[0]): Promise<{ embedded: Promise<EmbeddedPostgres | null> }> {
  const begun = Promise.withResolvers<void>();
  const embedded = openEmbedded(config, begun.resolve);
  // Whoever opens the database hears of a failure; until then it is nobody's.
  await Promise.race([begun.promise, embedded.catch(() => null)]);
  return { embedded };
}
