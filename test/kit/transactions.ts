import type { TestDatabase } from './database.ts';

/** The last statement of each transaction that is open on `database` now, other than the one that looks. */
export async function openTransactions({ pool }: Pick<TestDatabase, 'pool'>): Promise<string[]> {
  const { rows } = await pool.query<{ query: string }>(
    `select query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and backend_type = 'client backend' and xact_start is not null`,
  );
  return rows.map(({ query }) => query);
}
