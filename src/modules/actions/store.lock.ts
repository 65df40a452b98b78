import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { AppError } from '#kernel/errors.ts';

/** Mutual exclusion over all workers of one database. */
export interface Locks {
  /**
   * Runs `work` while holding `key`. Waits at most `waitMs` for another holder, then throws AppError unavailable `action_busy`. Not
   * reentrant: the caller sees to it that one process asks once at a time per key.
   */
  hold<T>(key: string, waitMs: number, work: () => Promise<T>): Promise<T>;
}

const POLL_MS = 50;

interface Session {
  client: PoolClient;
  holders: number;
  lost: boolean;
}

/**
 * Session advisory locks on one shared connection, taken while at least one lock is held. The database frees them the moment a
 * crashed process's connection ends, so a retry need not wait for a lease to run out. When the connection breaks, running work
 * goes on without its lock: the attempt counter and the effect's own idempotency keep it from counting twice.
 */
export function createLocks(pool: Pool): Locks {
  let current: Promise<Session> | null = null;

  async function open(): Promise<Session> {
    const client = await pool.connect();
    const session: Session = { client, holders: 0, lost: false };
    client.once('error', () => {
      session.lost = true;
      current = null;
    });
    return session;
  }

  async function enter(): Promise<Session> {
    const opening = (current ??= open());
    try {
      const session = await opening;
      session.holders += 1;
      return session;
    } catch (error) {
      if (current === opening) current = null;
      throw error;
    }
  }

  function leave(session: Session): void {
    session.holders -= 1;
    if (session.holders > 0) return;
    if (!session.lost) current = null;
    session.client.removeAllListeners('error');
    session.client.release(session.lost);
  }

  return {
    async hold(key, waitMs, work) {
      const session = await enter();
      try {
        await acquire(session.client, key, waitMs);
        try {
          return await work();
        } finally {
          await session.client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => {
            session.lost = true;
          });
        }
      } finally {
        leave(session);
      }
    },
  };
}

async function acquire(client: PoolClient, key: string, waitMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', [key]);
    if (rows[0]?.got === true) return;
    if (waitedMs >= waitMs) throw new AppError('unavailable', 'Another worker is executing this action.', { code: 'action_busy' });
    await sleep(POLL_MS);
  }
}
