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
  client: Promise<PoolClient>;
  /** Raised before anything is awaited, so that a session somebody is about to use is never given back. */
  holders: number;
  lost: boolean;
}

/**
 * Session advisory locks on one shared connection, taken while at least one lock is held. The database frees them the moment a
 * crashed process's connection ends, so a retry need not wait for a lease to run out. When the connection breaks, running work
 * goes on without its lock: the attempt counter and the effect's own idempotency keep it from counting twice.
 */
export function createLocks(pool: Pool): Locks {
  let current: Session | null = null;

  function enter(): Session {
    current ??= { client: pool.connect(), holders: 0, lost: false };
    current.holders += 1;
    return current;
  }

  function forget(session: Session): void {
    session.lost = true;
    if (current === session) current = null;
  }

  async function leave(session: Session, onError: () => void): Promise<void> {
    session.holders -= 1;
    const last = session.holders === 0;
    if (last && current === session) current = null;
    const client = await session.client.catch(() => null);
    client?.off('error', onError);
    if (last) client?.release(session.lost);
  }

  return {
    async hold(key, waitMs, work) {
      const session = enter();
      const onError = (): void => forget(session);
      try {
        const client = await opened(session, forget);
        client.on('error', onError);
        await acquire(client, key, waitMs);
        try {
          return await work();
        } finally {
          await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => forget(session));
        }
      } finally {
        await leave(session, onError);
      }
    },
  };
}

async function opened(session: Session, forget: (session: Session) => void): Promise<PoolClient> {
  try {
    return await session.client;
  } catch (error) {
    forget(session);
    throw error;
  }
}

async function acquire(client: PoolClient, key: string, waitMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', [key]);
    if (rows[0]?.got === true) return;
    if (waitedMs >= waitMs) throw new AppError('unavailable', 'Another worker is executing this action.', { code: 'action_busy' });
    await sleep(POLL_MS);
  }
}
