export { backupEmbedded, type BackupReport } from './backup.ts';
export { dumpServer, restoreServer, type DumpOptions } from './dump.ts';
export { startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from './embedded.ts';
export { withIntegrity, type IntegritySentences } from './integrity.ts';
export { migrate, type MigrationReport } from './migrate.ts';
export { createPool, type PoolSettings } from './pool.ts';
export { restoreEmbedded, type RestoreOptions } from './restore.ts';
export { createDb, json, openSession, sql, sqlState, type Db, type Queryable, type Session, type Statement, type Tx } from './sql.ts';
