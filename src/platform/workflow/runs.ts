import { setTimeout as delay } from 'node:timers/promises';
import { DBOSWorkflowConflictError } from '@dbos-inc/dbos-sdk/internal/error';

/** Never settles: workflow code that is abandoned must not take one more step, not even into its own catch block. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** One workflow being run by this process. */
export interface Run {
  readonly workflowId: string;
  /** Ends the run for the engine, which waits for the outcome that its next owner records. The workflow's code hangs. */
  abandon(): void;
  readonly abandoned: boolean;
}

/** What this process runs: workflows, and the steps in them. */
export interface Runs {
  /** Runs workflow code until it ends or is abandoned. */
  track<T>(workflowId: string, work: (run: Run) => Promise<T>): Promise<T>;
  /** Counts a step until the returned function is called. */
  beginStep(): () => void;
  readonly steps: number;
  /** True when no step runs any more; false after `withinMs`. */
  idle(withinMs: number): Promise<boolean>;
  abandonAll(): void;
}

export function createRuns(): Runs {
  const runs = new Set<Run>();
  let steps = 0;
  return {
    async track(workflowId, work) {
      let abandoned = false;
      let reject: (error: Error) => void = () => {};
      const left = new Promise<never>((_resolve, rejected) => {
        reject = rejected;
      });
      left.catch(() => {});
      const run: Run = {
        workflowId,
        get abandoned() {
          return abandoned;
        },
        abandon() {
          abandoned = true;
          // The engine's own word for "somebody else owns this now": it records nothing and waits for that owner.
          reject(new DBOSWorkflowConflictError(workflowId));
        },
      };
      runs.add(run);
      try {
        return await Promise.race([work(run), left]);
      } finally {
        runs.delete(run);
      }
    },
    beginStep() {
      steps += 1;
      let ended = false;
      return () => {
        if (!ended) steps -= 1;
        ended = true;
      };
    },
    get steps() {
      return steps;
    },
    async idle(withinMs) {
      const deadline = performance.now() + withinMs;
      while (steps > 0) {
        if (performance.now() >= deadline) return false;
        await delay(10);
      }
      return true;
    },
    abandonAll() {
      for (const run of runs) run.abandon();
    },
  };
}
