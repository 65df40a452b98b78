import { randomUUID } from 'node:crypto';
import { messageOf } from '#kernel/errors.ts';
import { decideAfterFault, decideStep, type Step } from './decide.ts';
import type { QueueEntry } from './model.ts';
import { settingsOf, type MergeQueueDeps } from './steps.context.ts';
import { EntryMoved, LeaseLost } from './steps.lease.ts';
import { mergeEntry, move, quarantine } from './steps.merge.ts';
import { createWaker, type Waker } from './steps.waker.ts';
import { publishEntry } from './steps.publish.ts';
import { verifyEntry } from './steps.verify.ts';
import { listActive, listDependencies } from './store.read.ts';
import { acquireLease, listFreeTargets, releaseLease, renewLease, type Lease, type TargetKey } from './store.targets.ts';

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
 * call for, one at a time. There is no state but the rows: whatever dies, the next look finds what is to be done.
 */
export function createController(deps: MergeQueueDeps): Controller {
  const settings = settingsOf(deps);
  const waker = createWaker();
  const verifying = createSlots(settings.concurrency);
  const running = new Map<string, Running>();
  const owner = `${deps.workerId}:${randomUUID()}`;
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
    const done = work(lease, abort).finally(() => running.delete(name));
    running.set(name, { abort, done });
  }

  async function work(lease: Lease, abort: AbortController): Promise<void> {
    const heartbeat = setInterval(() => void beat(lease, abort), settings.leaseTtlMs / 3);
    const runner: Runner = { deps, lease, signal: abort.signal, waker, verifying };
    try {
      while (!stopping && !abort.signal.aborted && (await turn(runner))) await Promise.resolve();
    } finally {
      clearInterval(heartbeat);
      await releaseLease(deps.db, lease).catch((error: unknown) => deps.log.warn({ error: messageOf(error), target: lease.target }, 'A target could not be given back; its lease runs out.'));
    }
  }

  async function beat(lease: Lease, abort: AbortController): Promise<void> {
    try {
      if (!(await renewLease(deps.db, lease, settings.leaseTtlMs))) abort.abort(new LeaseLost(lease));
    } catch (error) {
      deps.log.warn({ error: messageOf(error), target: lease.target }, 'The lease could not be renewed.');
    }
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

interface Runner {
  deps: MergeQueueDeps;
  lease: Lease;
  signal: AbortSignal;
  waker: Waker;
  verifying: Slots;
}

/** One look at the rows and one step; false when the target has nothing left, or is no longer ours. */
async function turn(runner: Runner): Promise<boolean> {
  const { deps, lease, waker } = runner;
  const seen = waker.count();
  let step: Step;
  try {
    const active = await listActive(deps.db, lease);
    if (active.length === 0) return false;
    step = decideStep({ active, dependencies: await listDependencies(deps.db, active) }, deps.clock.now());
  } catch (error) {
    deps.log.warn({ error: messageOf(error), target: lease.target }, 'The merge queue could not read its rows; it tries again.');
    await waker.wait(settingsOf(deps).pollMs, seen);
    return true;
  }
  if (step.kind === 'wait') {
    await waker.wait(settingsOf(deps).pollMs, seen);
    return true;
  }
  return perform(runner, step);
}

async function perform(runner: Runner, step: Exclude<Step, { kind: 'wait' }>): Promise<boolean> {
  const { deps, lease, signal } = runner;
  try {
    if (step.kind === 'merge') await mergeEntry(deps, step.entry, lease);
    else if (step.kind === 'verify') await runner.verifying.use(() => verifyEntry(deps, step.entry, { lease, signal }));
    else await publishEntry(deps, step.entry, lease);
    return true;
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) return false;
    if (error instanceof EntryMoved) return true;
    return recordFault(runner, step.entry, error);
  }
}

/** A fault is written to the row it happened on; when even that fails, the next look starts from what the row says. */
async function recordFault({ deps, lease, waker }: Runner, begun: QueueEntry, error: unknown): Promise<boolean> {
  const sentence = messageOf(error).slice(0, 4000);
  deps.log.warn({ changeRequest: begun.id, error: sentence }, 'A step of the merge queue failed.');
  try {
    // The step may have moved the entry before it failed.
    const entry = (await listActive(deps.db, lease)).find((candidate) => candidate.id === begun.id);
    if (entry === undefined) return true;
    const decision = decideAfterFault(entry, sentence, settingsOf(deps), deps.clock.now());
    if (decision.kind === 'quarantine') await quarantine(deps, entry, lease, decision.reason);
    else {
      // Published may be published: such an entry is looked at again where it stands, anything else is merged afresh.
      const to = entry.state === 'publishing' ? 'publishing' : 'queued';
      const change = { retries: decision.retries, notBefore: decision.notBefore, lastError: sentence };
      await move(deps, entry, lease, { to, event: 'fault', detail: { error: sentence.toWellFormed(), retries: decision.retries }, change });
    }
    return true;
  } catch (fault) {
    if (fault instanceof LeaseLost) return false;
    if (!(fault instanceof EntryMoved)) await waker.wait(settingsOf(deps).pollMs, waker.count());
    return true;
  }
}

interface Slots {
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `count` at once; the others wait their turn. */
function createSlots(count: number): Slots {
  let free = count;
  const waiting: Array<() => void> = [];
  return {
    async use(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
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
