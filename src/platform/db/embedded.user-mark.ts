import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { USER, type RunningServer } from './embedded.server.ts';

/** "This process uses the server", as a session that holds a shared advisory lock. */
export interface UserMark {
  /** Takes the mark and makes the database when missing. */
  take(server: RunningServer, database: string): Promise<void>;
  /** Gives the mark up; true when no other process holds one. */
  leave(): Promise<boolean>;
}

// In database `postgres`, where nothing else of ours takes advisory locks.
const IN_USE_LOCK = 7_233_311_002;

/** Before the pid, in the name of the session: so that those who leave can see who stays. */
const NAME = 'reeve-in-use ';

// A backend lets go of its lock moments after its client died.
const GHOSTS_GONE_WITHIN_MS = 2000;

/** How the mark comes back after its session broke: `locked` runs under the start lock, `ensure` finds or starts the server. */
export interface Revival {
  locked<T>(work: () => Promise<T>): Promise<T>;
  ensure(): Promise<RunningServer>;
}

export function createUserMark(log: Log, revival: Revival): UserMark {
  let session: pg.Client | undefined;
  let left = false;

  async function open(server: RunningServer, database: string | null): Promise<void> {
    const client = new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: USER,
      database: 'postgres',
      application_name: `${NAME}${process.pid}`,
      keepAlive: true,
    });
    client.on('error', () => {});
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE_LOCK]);
    if (database !== null) await ensureDatabase(client, database);
    session = client;
    client.once('end', () => {
      if (left || session !== client) return;
      session = undefined;
      log.warn('The connection to the embedded database broke; finding or starting it again.');
      void comeBack();
    });
  }

  async function comeBack(): Promise<void> {
    for (let waitMs = 100; !left; waitMs = Math.min(waitMs * 2, 5000)) {
      try {
        await revival.locked(async () => {
          // Asked under the lock: whoever left while we waited must not see the server come back.
          if (!left) await open(await revival.ensure(), null);
        });
        return;
      } catch (error) {
        log.error({ error: messageOf(error) }, 'The embedded database could not be brought back; trying again.');
        await delay(waitMs, undefined, { ref: false });
      }
    }
  }

  return {
    take: open,
    async leave() {
      left = true;
      const client = session;
      session = undefined;
      if (client === undefined) return false;
      try {
        await client.query('select pg_advisory_unlock_shared($1)', [IN_USE_LOCK]);
        return await isLast(client);
      } catch {
        return false;
      } finally {
        await client.end().catch(() => {});
      }
    },
  };
}

async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rows.length === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
}

async function isLast(client: pg.Client): Promise<boolean> {
  for (const deadline = performance.now() + GHOSTS_GONE_WITHIN_MS; performance.now() < deadline; await delay(20)) {
    const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [IN_USE_LOCK]);
    if (rows[0]?.last === true) return true;
    const others = await client.query<{ name: string }>(
      'select application_name as name from pg_stat_activity where starts_with(application_name, $1) and pid <> pg_backend_pid()',
      [NAME],
    );
    if (others.rows.some(({ name }) => isAlive(Number(name.slice(NAME.length))))) return false;
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
