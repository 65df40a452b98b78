import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { AppError, messageOf } from '#kernel/errors.ts';

export interface MigrationReport {
  /** Names applied by this call, in order. */
  applied: string[];
  /** The newest migration in force. */
  version: string;
}

// Any constant will do; it only has to be ours. Two starting servers wait for each other here.
const MIGRATION_LOCK = 7_233_311_001n;

/**
 * Applies `NNNN_name.sql` from `folder` that this database has not seen, each in its own transaction, under an advisory
 * lock: of several servers that start at once one migrates and the others wait. Forward only. Refuses a database that
 * knows a migration this program does not (`schema_newer`: a newer Reeve was here), and one whose applied migration was
 * edited afterwards (`migration_edited`); nothing is applied then. `migration_failed` names the file and leaves those
 * before it applied.
 */
export async function migrate(pool: Pool, folder: string): Promise<MigrationReport> {
  const files = readMigrations(folder);
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK.toString()]);
    return await applyPending(client, files);
  } catch (error) {
    broken = !(error instanceof AppError);
    throw error;
  } finally {
    // A connection that broke took its lock with it.
    if (!broken) await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK.toString()]);
    client.release(broken);
  }
}

/** Throws what `migrate` would about a database that this program cannot use; changes nothing. */
export async function refuseNewerSchema(pool: Pool, folder: string): Promise<void> {
  const { rows: found } = await pool.query<{ there: boolean }>("select to_regclass('schema_migrations') is not null as there");
  if (found[0]?.there !== true) return;
  const { rows } = await pool.query<Applied>(APPLIED);
  refuseForeign(new Map(rows.map((row) => [row.name, row.sha256])), readMigrations(folder));
}

interface Applied {
  name: string;
  sha256: string;
}

const APPLIED = 'select name, sha256 from schema_migrations order by name';

interface Migration {
  name: string;
  text: string;
  sha256: string;
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(folder, name), 'utf8');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    });
}

async function applyPending(client: PoolClient, files: readonly Migration[]): Promise<MigrationReport> {
  await client.query(
    'create table if not exists schema_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
  );
  const { rows } = await client.query<Applied>(APPLIED);
  const known = new Map(rows.map((row) => [row.name, row.sha256]));
  refuseForeign(known, files);
  const applied: string[] = [];
  for (const file of files) {
    if (known.has(file.name)) continue;
    await applyOne(client, file);
    applied.push(file.name);
  }
  return { applied, version: files.at(-1)?.name ?? 'none' };
}

function refuseForeign(known: ReadonlyMap<string, string>, files: readonly Migration[]): void {
  const newest = [...known.keys()].filter((name) => !files.some((file) => file.name === name)).at(-1);
  if (newest !== undefined) {
    throw new AppError('unavailable', `The database was migrated by a newer Reeve (${newest}), which this version does not know.`, {
      code: 'schema_newer',
      hint: 'Start the newer version, or restore a backup taken before the upgrade.',
    });
  }
  const edited = files.find((file) => known.has(file.name) && known.get(file.name) !== file.sha256);
  if (edited !== undefined) {
    throw new AppError('internal', `Migration ${edited.name} was edited after it was applied.`, {
      code: 'migration_edited',
      hint: 'Write a new migration instead.',
    });
  }
}

async function applyOne(client: PoolClient, file: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(file.text);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [file.name, file.sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new AppError('internal', `Migration ${file.name} failed: ${messageOf(error)}`, { code: 'migration_failed', cause: error });
  }
}
