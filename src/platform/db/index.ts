export { createDb, json, sql, sqlState, type Db, type Queryable, type Statement, type Tx } from './sql.ts';
export { createPool, type PoolSettings } from './pool.ts';
export { migrate, type MigrationReport } from './migrate.ts';
export { startEmbedded, type EmbeddedPostgres } from './embedded.ts';
