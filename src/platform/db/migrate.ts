import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { AppError } from '#kernel/errors.ts';

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
 * lock. Forward only. Refuses a database that knows a migration this program does not (a newer Reeve was here), and one
 * whose applied migration was edited afterwards.
 */
export async function migrate(pool: Pool, folder: string): Promise<MigrationReport> {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort();
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK.toString()]);
    try {
      await client.query(
        'create table if not exists schema_migrations (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
      );
      const known = new Map<string, string>(
        (await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migrations')).rows.map((row) => [row.name, row.sha256]),
      );
      const unknown = [...known.keys()].filter((name) => !files.includes(name)).sort();
      if (unknown.length > 0) {
        throw new AppError('unavailable', `The database was migrated by a newer Reeve (${unknown.at(-1)}), which this version does not know.`, {
          code: 'schema_newer',
          hint: 'Start the newer version, or restore a backup taken before the upgrade.',
        });
      }
      const applied: string[] = [];
      for (const name of files) {
        const text = readFileSync(path.join(folder, name), 'utf8');
        const sha256 = createHash('sha256').update(text).digest('hex');
        const before = known.get(name);
        if (before === sha256) continue;
        if (before !== undefined) {
          throw new AppError('internal', `Migration ${name} was edited after it was applied.`, { code: 'migration_edited', hint: 'Write a new migration instead.' });
        }
        await client.query('begin');
        try {
          await client.query(text);
          await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [name, sha256]);
          await client.query('commit');
        } catch (error) {
          await client.query('rollback');
          throw new AppError('internal', `Migration ${name} failed: ${(error as Error).message}`, { code: 'migration_failed', cause: error });
        }
        applied.push(name);
      }
      return { applied, version: files.at(-1) ?? 'none' };
    } finally {
      await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK.toString()]);
    }
  } finally {
    client.release();
  }
}
