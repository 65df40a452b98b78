export { backupEmbedded, type BackupReport } from './backup.ts';
export { dumpServer, restoreServer, type DumpOptions } from './dump.ts';
export { startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from './embedded.ts';
export { withIntegrity, type IntegritySentences } from './integrity.ts';
export { migrate, refuseNewerSchema, type MigrationReport } from './migrate.ts';
export { createPool, type PoolSettings } from './pool.ts';
export { restoreEmbedded, type RestoreOptions, type RestoreReport } from './restore.ts';
export { createDb, openSession, sqlState, type Db, type Queryable, type Session, type Tx } from './sql.ts';
export { json, sql, type Statement } from './statement.ts';
