import type { QueueDefinition, WorkflowDefinition } from '#platform/workflow/index.ts';
import type { RunOutcome, RunRequest } from './model.ts';

/** Persisted names: never rename. */
export const RUN_WORKFLOW = 'agents.run';
const RUN_QUEUE = 'agents';
const RUN_STEP = 'agents.run.execute';

/** A database that was away for a moment costs a try of the step, not the run; decisions are not tried again. */
const AFTER_TROUBLE = { maxAttempts: 3, intervalMs: 2000 };

/** Most runs at once; each agent's own `concurrency` holds beside it. */
export function runQueue(limits: { total?: number; perWorker: number }): QueueDefinition {
  return { name: RUN_QUEUE, workerConcurrency: limits.perWorker, ...(limits.total === undefined ? {} : { concurrency: limits.total }) };
}

/** Stop starting, start finishing: a review or a second try ends work under way, so it goes before anything new. */
function priorityOf(request: RunRequest): number {
  if (request.role === 'reviewer') return 0;
  return request.attempt > 1 ? 1 : 2;
}

/**
 * One run of one agent: a single durable step that answers the run's outcome. The step is idempotent per run id, so that it
 * may be interrupted anywhere: a crash, a take-over or a stopping server (it then throws `handed_back`, which the engine must
 * not record) lead to the same step being run again, which starts the run afresh or answers what is stored.
 */
export function runWorkflow(steps: { execute(request: RunRequest): Promise<RunOutcome> }): WorkflowDefinition<RunRequest> {
  return {
    name: RUN_WORKFLOW,
    queue: RUN_QUEUE,
    priority: priorityOf,
    run: (context, request) => context.step(RUN_STEP, () => steps.execute(request), AFTER_TROUBLE),
  };
}
