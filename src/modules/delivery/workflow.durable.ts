import type { StepRetry, WorkflowContext } from '#platform/workflow/index.ts';
import type { Turn } from './steps.turns.ts';

/** What is unreachable now may answer in a moment; anything else is recorded as it is. */
const PATIENCE: StepRetry = { maxAttempts: 6, intervalMs: 300, backoff: 2 };

/**
 * Makes each function a recorded step of the workflow, named `<prefix>.<key>`. The names are persisted: a key of `steps` is
 * part of the stored history, and `workflow.test.ts` pins the list. Steps of older work (`order`) take their turn first.
 */
/** May take minutes (a model is asked) and must not keep others from their turn. */
const UNORDERED = new Set(['triage', 'draftPlan']);

export function durable<Steps extends object>(context: WorkflowContext, prefix: string, steps: Steps, turn: Turn, order: string): Steps {
  return new Proxy(steps, {
    get(target, key) {
      const member = Reflect.get(target, key) as ((...args: unknown[]) => Promise<unknown>) | undefined;
      if (typeof key !== 'string' || typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const work = () => member.apply(target, args);
        return context.step(`${prefix}.${key}`, UNORDERED.has(key) ? work : () => turn(order, work), PATIENCE);
      };
    },
  });
}
