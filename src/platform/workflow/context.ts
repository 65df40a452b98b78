import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { withDbRetry } from '@dbos-inc/dbos-sdk/internal/system_database';
import { crashpoint } from './crashpoint.ts';
import type { Endings } from './endings.ts';
import { isWorthRetrying, recordable, revived } from './errors.ts';
import type { StepRetry, WorkflowContext } from './model.ts';
import { never, type Run, type Runs } from './runs.ts';

/** What a context needs of the engine that made it. */
export interface ContextDeps {
  runs: Runs;
  endings: Endings;
  /** The signal under which a step begun now runs; null when nothing may be begun. */
  signal(): AbortSignal | null;
  /** Starts a child on its queue; throws for a name nobody defined. */
  startChild(name: string, id: string, input: unknown): Promise<void>;
}

/** The members of one workflow being run. After the run was abandoned each of them hangs: see runs.ts. */
export function createContext(run: Run, deps: ContextDeps): WorkflowContext {
  /** The gate before everything: no new step while we are stopping or not registered. */
  function gate(): Promise<AbortSignal> | AbortSignal {
    const signal = deps.signal();
    if (signal !== null && !run.abandoned) return signal;
    run.abandon();
    return never();
  }

  const engine = async <T>(work: () => Promise<T>): Promise<T> => {
    await gate();
    try {
      const value = await work();
      if (!run.abandoned) return value;
    } catch (error) {
      if (!run.abandoned) throw revived(error);
    }
    // Abandoned meanwhile: whatever came of it is the next owner's to see.
    return never();
  };

  const context: WorkflowContext = {
    workflowId: run.workflowId,
    step: (name, work, retry) => engine(() => DBOS.runStep(() => runStep(work, retry), { name })),
    receive: (topic, timeoutMs) => engine(() => DBOS.recv(topic, { timeoutSeconds: timeoutMs / 1000 })),
    sleep: (ms) => engine(() => DBOS.sleepms(ms)),
    now: () => engine(async () => new Date(await DBOS.now())),
    start: (name, id, input) => engine(() => deps.startChild(name, id, input)),
    result: <T>(id: string) =>
      engine(async () => {
        // A database that dies meanwhile says nothing about the child.
        const patience = { timeoutMs: Number.POSITIVE_INFINITY, unless: run.workflowId, isGone: () => run.abandoned };
        await withDbRetry(() => deps.endings.wait(id, patience));
        await gate();
        return (await DBOS.getResult<T>(id, { pollingIntervalMs: 50 })) as T;
      }),
    async child<T>(name: string, id: string, input: unknown) {
      await context.start(name, id, input);
      return context.result<T>(id);
    },
  };
  return context;

  async function runStep<T>(work: () => Promise<T>, retry: StepRetry | undefined): Promise<T> {
    await crashpoint('workflow.step.before');
    const signal = await gate();
    const ended = deps.runs.beginStep();
    try {
      const value = await attempt(work, retry, signal);
      await crashpoint('workflow.step.after');
      return value;
    } catch (error) {
      if (!signal.aborted) throw recordable(error);
      // It failed because we told it to stop: that is not its outcome. The next owner runs it again.
      ended();
      run.abandon();
      return await never<T>();
    } finally {
      ended();
    }
  }
}

async function attempt<T>(work: () => Promise<T>, retry: StepRetry | undefined, signal: AbortSignal): Promise<T> {
  const most = retry?.maxAttempts ?? 1;
  let waitMs = retry?.intervalMs ?? 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= most || signal.aborted || !isWorthRetrying(error)) throw error;
    }
    await delay(waitMs, undefined, { signal });
    waitMs *= retry?.backoff ?? 2;
  }
}
