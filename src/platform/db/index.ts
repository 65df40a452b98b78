export { createDb, json, openSession, sql, sqlState, type Db, type Queryable, type Session, type Statement, type Tx } from './sql.ts';
export { createPool, type PoolSettings } from './pool.ts';
export { migrate, type MigrationReport } from './migrate.ts';
export { startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from './embedded.ts';
export { withIntegrity, type IntegritySentences } from './integrity.ts';
