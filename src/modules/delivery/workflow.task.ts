import { messageOf } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { RunOutcome } from '#modules/agents/index.ts';
import type { TaskEnd, TaskInput } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';
import { act, awaitEntry, isEngineError } from './workflow.acting.ts';
import { durable } from './workflow.durable.ts';

/**
 * One task until it has landed: dispatch an agent, submit its change request, wait for the queue; a failed check, a breach of
 * scope, a refusal or a conflict goes back to the agent as feedback, at most `on.mostAttempts` times in a row.
 */
export async function deliverTask(context: WorkflowContext, { steps, turn }: DeliveryEffects, input: TaskInput): Promise<TaskEnd> {
  const on = durable(context, 'delivery', steps, turn, input.workItemId);
  const most = await on.mostAttempts();
  let feedback = input.feedback;
  let reason = 'no attempt was made';
  for (let attempt = input.firstAttempt; attempt < input.firstAttempt + most; attempt += 1) {
    const tried = await tryOnce(context, on, input.taskId, attempt, feedback).catch(giveUp);
    if (tried.kind === 'landed') return { landed: true, changeRequestId: tried.changeRequestId, attempts: attempt };
    reason = tried.reason;
    feedback = tried.feedback ?? feedback;
    if (!tried.again) break;
  }
  const failure = await on.taskFailed(input.taskId, reason);
  return { landed: false, reason: failure, attempts: most };
}

/** A refusal (no agent configured, a plan replaced meanwhile) is this task's end, not the end of its siblings. */
function giveUp(error: unknown): Tried {
  if (isEngineError(error)) throw error;
  return { kind: 'failed', reason: messageOf(error), feedback: null, again: false };
}

type Tried = { kind: 'landed'; changeRequestId: string } | { kind: 'failed'; reason: string; feedback: string | null; again: boolean };

async function tryOnce(context: WorkflowContext, on: DeliverySteps, taskId: string, attempt: number, feedback: string | null): Promise<Tried> {
  const dispatch = await act(context, on, await on.proposeDispatch(taskId, attempt, context.workflowId));
  if (!dispatch.done) return { kind: 'failed', reason: `Dispatch was not allowed: ${dispatch.reason}`, feedback: null, again: false };
  const prepared = await on.prepareRun(taskId, attempt, feedback);
  if (prepared.kind === 'person')
    return { kind: 'failed', reason: `The task is assigned to ${prepared.assignee}, who works outside Reeve.`, feedback: null, again: false };

  const outcome = await context.child<RunOutcome>('agents.run', prepared.workflowId, prepared.request);
  if (outcome.kind === 'cancelled') return { kind: 'failed', reason: 'The run was stopped by a person.', feedback: null, again: false };
  if (outcome.kind === 'failed') return { kind: 'failed', reason: outcome.detail, feedback: outcome.feedback, again: outcome.retryable };
  if (outcome.kind === 'text') return { kind: 'failed', reason: 'The agent answered with text instead of changes.', feedback: null, again: true };

  const submitted = await on.submit(taskId, outcome.runId, outcome.changeRequest, context.workflowId);
  if (submitted.kind === 'refused') return { kind: 'failed', reason: submitted.reason, feedback: submitted.reason, again: true };
  const entry = await awaitEntry(context, on, submitted.entryId);
  if (entry.state === 'landed' || entry.state === 'already_landed') {
    await on.taskLanded(taskId);
    return { kind: 'landed', changeRequestId: entry.id };
  }
  return {
    kind: 'failed',
    reason: entry.feedback ?? `The change request was ${entry.state}.`,
    feedback: entry.feedback,
    again: entry.state === 'quarantined',
  };
}
