import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { TIMING, type Executor } from './executor.ts';
import { listSuspects, markLost, releaseExecutorLock, tryExecutorLock, type Suspect } from './store.ts';

export interface TakeoverDeps {
  executor: Executor;
  id: string;
  host: string;
  version: string;
  log: Log;
  /** Queues what `executorId` was running again; answers how many. Idempotent. */
  requeue(executorId: string): Promise<number>;
}

/**
 * Looks for executors that died, and has their workflows queued again. An executor is dead when nobody holds its session
 * lock and either its process is seen to be gone (same machine), or the lock stayed free longer than a living executor
 * needs to notice and to abort.
 */
export function createTakeover(deps: TakeoverDeps): { start(): void; stop(): Promise<void> } {
  const freeSince = new Map<string, number>();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        if (deps.executor.active) await look();
      } catch (error) {
        deps.log.warn({ error: messageOf(error) }, 'Looking for dead executors failed; trying again.');
      }
      await delay(TIMING.watchMs, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
  }

  async function look(): Promise<void> {
    const suspects = await listSuspects(deps.executor.session(), deps.id, deps.version);
    const now = performance.now();
    const known = new Set(suspects.map((suspect) => suspect.id));
    for (const id of freeSince.keys()) if (!known.has(id)) freeSince.delete(id);
    for (const suspect of suspects) {
      if (suspect.locked) {
        freeSince.delete(suspect.id);
        continue;
      }
      const since = freeSince.get(suspect.id) ?? now;
      freeSince.set(suspect.id, since);
      if (isGone(suspect, deps.host) || now - since >= TIMING.takeoverAfterMs) await takeOver(suspect);
    }
  }

  async function takeOver(suspect: Suspect): Promise<void> {
    const session = deps.executor.session();
    // Held meanwhile, so that the suspect cannot register again in the middle, and no second worker does the same.
    if (!(await tryExecutorLock(session, suspect.id))) return;
    try {
      // Queue first: a crash between the two leaves the executor marked live, and the next worker starts over.
      const requeued = await deps.requeue(suspect.id);
      await markLost(session, suspect.id, deps.id);
      freeSince.delete(suspect.id);
      deps.log.warn({ executor: suspect.id, workflows: requeued }, 'An executor died; its workflows are queued again.');
    } finally {
      await releaseExecutorLock(session, suspect.id);
    }
  }

  return {
    start() {
      running = watch();
    },
    async stop() {
      stopping.abort();
      await Promise.race([running, delay(TIMING.watchMs, undefined, { ref: false })]);
    },
  };
}

/** Names the pid namespace too: only inside one and the same does a missing pid mean a dead process. */
export function thisHost(): string {
  try {
    return `${os.hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return os.hostname();
  }
}

function isGone(suspect: Suspect, host: string): boolean {
  if (suspect.pid === null || suspect.host !== host) return false;
  try {
    process.kill(suspect.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  try {
    // A killed process whose parent has not asked for it yet still has its pid.
    const stat = readFileSync(`/proc/${suspect.pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
