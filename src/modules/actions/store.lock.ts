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
  onError: () => void;
  /** The last question asked: one connection answers one at a time. */
  asked: Promise<unknown>;
}

/**
 * Session advisory locks on one shared connection, taken while at least one lock is held. The database frees them the moment a
 * crashed process's connection ends, so a retry need not wait for a lease to run out. When the connection breaks, running work
 * goes on without its lock: the attempt counter and the effect's own idempotency keep it from counting twice.
 */
export function createLocks(pool: Pool): Locks {
  let current: Session | null = null;

  function forget(session: Session): void {
    session.lost = true;
    if (current === session) current = null;
  }

  function open(): Session {
    const session: Session = { client: pool.connect(), holders: 0, lost: false, onError: () => forget(session), asked: Promise.resolve() };
    session.client.then(
      (client) => client.on('error', session.onError),
      () => forget(session),
    );
    return session;
  }

  async function leave(session: Session): Promise<void> {
    session.holders -= 1;
    if (session.holders > 0) return;
    if (current === session) current = null;
    const client = await session.client.catch(() => null);
    client?.off('error', session.onError);
    client?.release(session.lost);
  }

  return {
    async hold(key, waitMs, work) {
      const session = (current ??= open());
      session.holders += 1;
      try {
        await acquire(session, key, waitMs);
        try {
          return await work();
        } finally {
          await ask(session, 'select pg_advisory_unlock(hashtextextended($1, 0)) as got', key).catch(() => forget(session));
        }
      } finally {
        await leave(session);
      }
    },
  };
}

async function ask(session: Session, question: string, key: string): Promise<boolean> {
  const client = await session.client;
  const answer = session.asked.then(() => client.query<{ got: boolean }>(question, [key]));
  session.asked = answer.catch(() => {});
  return (await answer).rows[0]?.got === true;
}

async function acquire(session: Session, key: string, waitMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    if (await ask(session, 'select pg_try_advisory_lock(hashtextextended($1, 0)) as got', key)) return;
    if (waitedMs >= waitMs) throw new AppError('unavailable', 'Another worker is executing this action.', { code: 'action_busy' });
    await sleep(POLL_MS);
  }
}
