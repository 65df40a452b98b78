import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { AppError, messageOf } from '#kernel/errors.ts';
import { openSession, type Session } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { beat, markStopped, registerExecutor, releaseExecutorLock, tryExecutorLock, type ExecutorRow } from './store.ts';

/**
 * How long things take at most. An executor whose session silently broke notices within BEAT + BEAT_ANSWER, and its steps
 * then have ABORT to end; only after that may anybody take its work over, hence TAKEOVER_AFTER > their sum. With one WATCH
 * and one queue poll on top, a take-over begins within 11 s of a kill -9 (at once when the pid is seen to be gone).
 */
export const TIMING = { beatMs: 1000, beatAnswerMs: 4000, abortMs: 2000, watchMs: 1000, takeoverAfterMs: 8000 } as const;

/** Being registered, and noticing when that ends. */
export interface Executor {
  readonly epoch: number;
  /** False between losing the session lock and having it again: nothing may be run. */
  readonly active: boolean;
  /** Of the present registration; a new one after each loss. */
  readonly aborting: AbortSignal;
  /** The session that holds the lock, for the watcher. */
  session(): Session;
  /** Takes the lock, registers and begins to beat. Throws `conflict` when a living process has this id. */
  start(): Promise<void>;
  /** Aborts; the lock is kept until `leave`. */
  abort(reason: string): void;
  /** Marks the row stopped and lets the lock go. */
  leave(): Promise<void>;
}

export interface ExecutorDeps {
  pool: Pool;
  row: ExecutorRow;
  log: Log;
  /** Waits until the running steps have ended, at most so long; then abandons what runs. */
  drop(withinMs: number): Promise<void>;
  /** Called once registered again: what is still recorded as running here must be queued again. */
  back(): Promise<void>;
}

export function createExecutor(deps: ExecutorDeps): Executor {
  const { row, log } = deps;
  let session: Session | undefined;
  let epoch = 0;
  let active = false;
  let left = false;
  let controller = new AbortController();

  async function register(lockWaitMs: number): Promise<void> {
    const opened = await openSession(deps.pool);
    try {
      await takeLock(opened, row.id, lockWaitMs);
      epoch = await registerExecutor(opened, row);
    } catch (error) {
      opened.release(true);
      throw error;
    }
    session = opened;
    controller = new AbortController();
    active = true;
    opened.client.once('end', () => lose(opened, 'its database session ended'));
  }

  /** Once per registration: the first to notice wins. */
  function lose(of: Session | undefined, why: string): void {
    if (left || !active || of !== session) return;
    active = false;
    log.error({ executor: row.id, epoch }, `This process lost its registration (${why}); it drops what it runs and registers again.`);
    controller.abort(new AppError('unavailable', `The process that ran this lost its registration: ${why}.`, { code: 'executor_lost' }));
    of?.release(true);
    void comeBack();
  }

  async function comeBack(): Promise<void> {
    await deps.drop(TIMING.abortMs);
    for (let waitMs = 100; !left; waitMs = Math.min(waitMs * 2, 2000)) {
      try {
        await register(TIMING.takeoverAfterMs);
        await deps.back();
        log.warn({ executor: row.id, epoch }, 'This process is registered again.');
        return;
      } catch (error) {
        log.warn({ executor: row.id, error: messageOf(error) }, 'Registering again failed; trying again.');
        await delay(waitMs, undefined, { ref: false });
      }
    }
  }

  async function beatForever(): Promise<void> {
    while (!left) {
      await delay(TIMING.beatMs, undefined, { ref: false });
      const beating = session;
      if (left || !active || beating === undefined) continue;
      const alive = await Promise.race([
        beat(beating, row.id, epoch).catch((error: unknown) => messageOf(error)),
        delay(TIMING.beatAnswerMs, 'the database did not answer', { ref: false }),
      ]);
      if (alive !== true) lose(beating, alive === false ? 'another process took its work over' : alive);
    }
  }

  return {
    get epoch() {
      return epoch;
    },
    get active() {
      return active && !left;
    },
    get aborting() {
      return controller.signal;
    },
    session() {
      if (session === undefined || !active) throw new AppError('unavailable', 'This process is not registered at the moment.', { code: 'executor_lost' });
      return session;
    },
    async start() {
      await register(0);
      void beatForever();
    },
    abort(reason) {
      controller.abort(new AppError('unavailable', reason, { code: 'executor_stopping' }));
    },
    async leave() {
      left = true;
      const held = session;
      session = undefined;
      if (held === undefined) return;
      try {
        await markStopped(held, row.id, epoch);
        await releaseExecutorLock(held, row.id);
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'This process could not say goodbye to the database; its work is taken over after a while.');
      } finally {
        held.release(true);
      }
    },
  };
}

/** A session that broke on our side may live on at the server for a moment: hence the patience after a loss. */
async function takeLock(session: Session, id: string, waitMs: number): Promise<void> {
  await session.client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3');
  const deadline = performance.now() + waitMs;
  while (!(await tryExecutorLock(session, id))) {
    if (performance.now() >= deadline) {
      throw new AppError('conflict', `Another process runs as executor ${id}.`, { code: 'executor_in_use', hint: 'Give each process an executor id of its own.' });
    }
    await delay(200);
  }
}
