import { randomUUID } from 'node:crypto';
import { messageOf } from '#kernel/errors.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { createGraphReader, type GraphReader } from './steps.graph.ts';
import { createSlots } from './steps.slots.ts';
import { workTarget } from './steps.target.ts';
import { createWaker } from './steps.waker.ts';
import { acquireLease, leaseOwner, listFreeTargets, type TargetKey } from './store.targets.ts';

export interface Controller {
  start(): void;
  /** Takes nothing new, waits at most `graceMs`, aborts what still runs, gives the targets back. What was begun is resumed from its rows. */
  stop(graceMs: number): Promise<void>;
  /** Looks at the rows now rather than at the next poll. */
  wake(): void;
}

interface Running {
  abort: AbortController;
  done: Promise<void>;
}

/**
 * The loop of the queue: find targets with work that nobody holds, lease them, and on each do the next step that the rows
 * call for, one at a time; checks run beside it, in a bounded pool. There is no state but the rows: whatever dies, the next look finds what is to be done.
 */
export function createController(deps: MergeQueueDeps, graph: GraphReader = createGraphReader(deps)): Controller {
  const settings = settingsOf(deps);
  const waker = createWaker();
  const verifying = createSlots(settings.concurrency);
  const running = new Map<string, Running>();
  const owner = leaseOwner(deps.workerId, randomUUID());
  let supervising: Promise<void> | null = null;
  let stopping = false;

  async function supervise(): Promise<void> {
    while (!stopping) {
      const seen = waker.count();
      try {
        for (const key of await listFreeTargets(deps.db)) await adopt(key);
      } catch (error) {
        deps.log.warn({ error: messageOf(error) }, 'The merge queue could not look for work; it tries again.');
      }
      if (!stopping) await waker.wait(settings.pollMs, seen);
    }
  }

  async function adopt(key: TargetKey): Promise<void> {
    const name = `${key.repositoryId} ${key.target}`;
    if (stopping || running.has(name)) return;
    const lease = await acquireLease(deps.db, key, owner, settings.leaseTtlMs);
    if (lease === undefined) return;
    const abort = new AbortController();
    const done = workTarget({ deps, lease, abort, waker, verifying, graph, isStopping: () => stopping }).finally(() => {
      running.delete(name);
      // What was submitted while the lease was being given back found the target held: look again.
      waker.wake();
    });
    running.set(name, { abort, done });
  }

  return {
    wake: () => waker.wake(),
    start() {
      stopping = false;
      supervising ??= supervise();
    },
    async stop(graceMs) {
      stopping = true;
      waker.wake();
      const ended = async () => {
        await supervising;
        await Promise.all([...running.values()].map((one) => one.done));
      };
      const grace = new AbortController();
      const late = pause(graceMs, grace.signal).then(() => {
        for (const one of running.values()) one.abort.abort(new Error('the worker stops'));
      });
      await ended();
      grace.abort();
      await late;
      supervising = null;
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
