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

interface State {
  session: Session | undefined;
  epoch: number;
  active: boolean;
  left: boolean;
  controller: AbortController;
}

export function createExecutor(deps: ExecutorDeps): Executor {
  const state: State = { session: undefined, epoch: 0, active: false, left: false, controller: new AbortController() };
  return {
    get epoch() {
      return state.epoch;
    },
    get active() {
      return state.active && !state.left;
    },
    get aborting() {
      return state.controller.signal;
    },
    session() {
      if (state.session === undefined || !state.active)
        throw new AppError('unavailable', 'This process is not registered at the moment.', { code: 'executor_lost' });
      return state.session;
    },
    async start() {
      await register(deps, state, 0);
      void beatForever(deps, state);
    },
    abort(reason) {
      state.controller.abort(new AppError('unavailable', reason, { code: 'executor_stopping' }));
    },
    leave: () => leave(deps, state),
  };
}

async function register(deps: ExecutorDeps, state: State, lockWaitMs: number): Promise<void> {
  const session = await openSession(deps.pool);
  try {
    await takeLock(session, deps.row.id, lockWaitMs);
    state.epoch = await registerExecutor(session, deps.row);
  } catch (error) {
    session.release(true);
    throw error;
  }
  state.session = session;
  state.controller = new AbortController();
  state.active = true;
  session.client.once('end', () => lose(deps, state, session, 'its database session ended'));
}

/** Once per registration: the first to notice wins. */
function lose(deps: ExecutorDeps, state: State, session: Session, why: string): void {
  if (state.left || !state.active || session !== state.session) return;
  state.active = false;
  deps.log.error(
    { executor: deps.row.id, epoch: state.epoch },
    `This process lost its registration (${why}); it drops what it runs and registers again.`,
  );
  state.controller.abort(new AppError('unavailable', `The process that ran this lost its registration: ${why}.`, { code: 'executor_lost' }));
  session.release(true);
  void comeBack(deps, state);
}

async function comeBack(deps: ExecutorDeps, state: State): Promise<void> {
  const executor = deps.row.id;
  await deps.drop(TIMING.abortMs);
  for (let waitMs = 100; !state.left; waitMs = Math.min(waitMs * 2, 2000)) {
    try {
      await register(deps, state, TIMING.takeoverAfterMs);
      deps.log.warn({ executor, epoch: state.epoch }, 'This process is registered again.');
      break;
    } catch (error) {
      deps.log.warn({ executor, error: messageOf(error) }, 'Registering again failed; trying again.');
      await delay(waitMs, undefined, { ref: false });
    }
  }
  // Retried for itself: once registered, nobody else would queue this again.
  for (const { epoch } = state; !state.left && state.active && state.epoch === epoch; await delay(500, undefined, { ref: false })) {
    try {
      await deps.back();
      return;
    } catch (error) {
      deps.log.warn({ executor, error: messageOf(error) }, 'The workflows of this process could not be queued again; trying again.');
    }
  }
}

async function beatForever(deps: ExecutorDeps, state: State): Promise<void> {
  while (!state.left) {
    await delay(TIMING.beatMs, undefined, { ref: false });
    const { session } = state;
    if (state.left || !state.active || session === undefined) continue;
    const alive = await Promise.race([
      beat(session, deps.row.id, state.epoch).catch((error: unknown) => messageOf(error)),
      delay(TIMING.beatAnswerMs, 'the database did not answer', { ref: false }),
    ]);
    if (alive !== true) lose(deps, state, session, alive === false ? 'another process took its work over' : alive);
  }
}

async function leave(deps: ExecutorDeps, state: State): Promise<void> {
  state.left = true;
  const { session } = state;
  state.session = undefined;
  if (session === undefined) return;
  try {
    await markStopped(session, deps.row.id, state.epoch);
    await releaseExecutorLock(session, deps.row.id);
  } catch (error) {
    deps.log.warn({ error: messageOf(error) }, 'This process could not say goodbye to the database; its work is taken over after a while.');
  } finally {
    session.release(true);
  }
}

/** A session that broke on our side may live on at the server for a moment: hence the patience after a loss. */
async function takeLock(session: Session, id: string, waitMs: number): Promise<void> {
  await session.client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3');
  const deadline = performance.now() + waitMs;
  while (!(await tryExecutorLock(session, id))) {
    if (performance.now() >= deadline) {
      throw new AppError('conflict', `Another process runs as executor ${id}.`, {
        code: 'executor_in_use',
        hint: 'Give each process an executor id of its own.',
      });
    }
    await delay(200);
  }
}
