import type { Pool } from 'pg';
import { isAppError, messageOf } from '#kernel/errors.ts';
import { createPool, refuseNewerSchema, sqlState } from '#platform/db/index.ts';
import type { AppConfig } from './config.ts';
import { openEmbedded } from './database.ts';
import { bad, good, type Check } from './doctor.check.ts';
import { MIGRATIONS_DIR } from './paths.ts';

const OLDEST = 150_000;
const ADVICE = 'Check REEVE_DATABASE_URL, or leave it out to use the embedded server.';
const INSUFFICIENT_PRIVILEGE = '42501';

/** Opens the database as a start would, and asks what a start needs of it; nothing in it is changed. */
export async function checkDatabase(config: AppConfig): Promise<Check> {
  const name = 'database';
  try {
    const embedded = await openEmbedded(config);
    const connection = embedded === null ? { url: config.databaseUrl ?? '' } : embedded.connection;
    const pool = createPool({ connection, max: 1 }, () => {});
    try {
      const found = await askVersion(pool);
      const text = `PostgreSQL ${found.version}${embedded === null ? '' : `, embedded${embedded.adopted ? ', already running' : ''}`}`;
      if (found.number < OLDEST) return bad(name, text, 'PostgreSQL 15 or newer is needed.');
      await refuseNewerSchema(pool, MIGRATIONS_DIR);
      return (await mayMakeTables(pool)) ? good(name, text) : bad(name, `${text}: this user may make no tables or schemas`, 'Grant CREATE on it.');
    } finally {
      await pool.end();
      await embedded?.stop();
    }
  } catch (error) {
    return bad(name, messageOf(error), (isAppError(error) ? error.hint : undefined) ?? ADVICE);
  }
}

/** The database of a server that runs: it has been opened and migrated. */
export async function checkOpenDatabase(pool: Pool): Promise<Check> {
  const found = await askVersion(pool);
  return found.number < OLDEST
    ? bad('database', `PostgreSQL ${found.version}`, 'PostgreSQL 15 or newer is needed.')
    : good('database', `PostgreSQL ${found.version}`);
}

async function askVersion(pool: Pool): Promise<{ version: string; number: number }> {
  const { rows } = await pool.query<{ version: string; number: string }>(
    "select current_setting('server_version') as version, current_setting('server_version_num') as number",
  );
  return { version: rows[0]?.version ?? '?', number: Number(rows[0]?.number ?? 0) };
}

/** Tried and taken back: what a migration and the workflow engine do at the first start. */
async function mayMakeTables(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin; create table reeve_doctor_probe (); create schema reeve_doctor_probe;');
    return true;
  } catch (error) {
    if (sqlState(error) === INSUFFICIENT_PRIVILEGE) return false;
    throw error;
  } finally {
    await client.query('rollback');
    client.release();
  }
}
