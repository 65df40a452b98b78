import { messageOf } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { RunOutcome } from '#modules/agents/index.ts';
import { MOST_REWORKS } from './decide.rework.ts';
import type { PreparedRun, TaskEnd, TaskInput } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';
import { act, awaitEntry, isEngineError } from './workflow.acting.ts';
import { durable, endedOutside } from './workflow.durable.ts';
import { funded } from './workflow.money.ts';
import { awaitPerson } from './workflow.person.ts';

/** Between two looks at files that another task owns. */
const LONGEST_LOOK_MS = 60_000;

/**
 * One task until it has landed: wait for the person who took it, or dispatch an agent, submit its change request, wait for the queue; a failed check, a breach of
 * scope, a refusal or a conflict goes back to the agent as feedback, at most `on.mostAttempts` times in a row; what the queue set aside goes back
 * at most twice, the second time with another strategy. When people end
 * the story it belongs to, it ends too, without a word: they know.
 */
export async function deliverTask(context: WorkflowContext, effects: DeliveryEffects, input: TaskInput): Promise<TaskEnd> {
  const on = durable(context, effects, { workItemId: input.workItemId, story: input.story ?? null });
  try {
    return await untilLanded(context, on, input);
  } catch (error) {
    const end = endedOutside(error);
    if (end === null) throw error;
    return { landed: false, reason: end.detail, attempts: 0 };
  }
}

async function untilLanded(context: WorkflowContext, on: DeliverySteps, input: TaskInput): Promise<TaskEnd> {
  const most = await on.mostAttempts();
  let feedback = input.feedback;
  let rework: number | null = null;
  let reason = 'no attempt was made';
  let last = input.firstAttempt;
  for (let attempt = input.firstAttempt; attempt < input.firstAttempt + most; attempt += 1) {
    last = attempt;
    const tried: Tried = await tryOnce(context, on, { taskId: input.taskId, attempt, feedback, rework }).catch(giveUp);
    if (tried.kind === 'landed') return { landed: true, changeRequestId: tried.changeRequestId, attempts: attempt };
    reason = tried.reason;
    feedback = tried.feedback ?? feedback;
    rework = tried.setAside ?? rework;
    if (!tried.again || (tried.setAside ?? 0) > MOST_REWORKS) break;
  }
  const failure = await on.taskFailed(input.taskId, reason, last);
  return { landed: false, reason: failure, attempts: most };
}

/** A refusal (no agent configured, a plan replaced meanwhile) is this task's end, not the end of its siblings. */
function giveUp(error: unknown): Tried {
  if (isEngineError(error) || endedOutside(error) !== null) throw error;
  return { kind: 'failed', reason: messageOf(error), feedback: null, again: false };
}

/** Another task on the same branch may own files of this one's scope: it waits until they are given back. */
async function prepareWhenFree(
  context: WorkflowContext,
  on: DeliverySteps,
  { taskId, attempt, feedback, rework }: Try,
): Promise<Exclude<PreparedRun, { kind: 'held' }>> {
  for (let waitMs = 2000; ; waitMs = Math.min(waitMs * 2, LONGEST_LOOK_MS)) {
    const prepared = await funded(context, on, () => on.prepareRun(taskId, attempt, feedback, rework));
    if (prepared.kind !== 'held') return prepared;
    await context.sleep(waitMs);
  }
}

type Tried =
  | { kind: 'landed'; changeRequestId: string | null }
  | { kind: 'failed'; reason: string; feedback: string | null; again: boolean; setAside?: number };

interface Try {
  taskId: string;
  attempt: number;
  feedback: string | null;
  /** How often the queue set this task's change aside before; null: never. */
  rework: number | null;
}

async function tryOnce(context: WorkflowContext, on: DeliverySteps, trying: Try): Promise<Tried> {
  const { taskId, attempt } = trying;
  const proposed = await on.proposeDispatch(taskId, attempt, context.workflowId);
  if (proposed === null) {
    const end = await awaitPerson(context, on, { taskId, attempt });
    if (end === null) return tryOnce(context, on, trying);
    return end.kind === 'landed' ? end : { kind: 'failed', reason: end.reason, feedback: null, again: false };
  }
  const dispatch = await act(context, on, proposed);
  if (!dispatch.done) return { kind: 'failed', reason: `Dispatch was not allowed: ${dispatch.reason}`, feedback: null, again: false };
  if (dispatch.shadowed)
    return { kind: 'failed', reason: 'Shadow: the dispatch was decided and recorded; no agent is sent.', feedback: null, again: false };
  const prepared = await prepareWhenFree(context, on, trying);
  if (prepared.kind === 'person') return { kind: 'failed', reason: `${prepared.assignee} took the task just now.`, feedback: null, again: true };

  if (prepared.kind === 'answered') return becameOf(context, on, { taskId, entryId: prepared.entryId });

  const outcome = await context.child<RunOutcome>('agents.run', prepared.workflowId, prepared.request);
  if (outcome.kind === 'cancelled') return { kind: 'failed', reason: 'The run was stopped by a person.', feedback: null, again: false };
  if (outcome.kind === 'failed') return { kind: 'failed', reason: outcome.detail, feedback: outcome.feedback, again: outcome.retryable };
  if (outcome.kind === 'text' && prepared.request.role === 'tester') {
    // The tests were there already: the run says so, and nothing is to be merged.
    await on.taskLanded(taskId);
    return { kind: 'landed', changeRequestId: null };
  }
  if (outcome.kind === 'text') return { kind: 'failed', reason: 'The agent answered with text instead of changes.', feedback: null, again: true };

  const submitted = await on.submit(taskId, outcome.runId, outcome.changeRequest, context.workflowId);
  if (submitted.kind === 'refused') return { kind: 'failed', reason: submitted.reason, feedback: submitted.reason, again: true };
  return becameOf(context, on, { taskId, entryId: submitted.entryId });
}

/** What the merge queue makes of a change request of the task. */
async function becameOf(context: WorkflowContext, on: DeliverySteps, { taskId, entryId }: { taskId: string; entryId: string }): Promise<Tried> {
  const entry = await awaitEntry(context, on, entryId);
  if (entry.state === 'landed' || entry.state === 'already_landed') {
    await on.taskLanded(taskId);
    return { kind: 'landed', changeRequestId: entry.id };
  }
  return {
    kind: 'failed',
    reason: entry.reason ?? entry.feedback ?? `The change request was ${entry.state}.`,
    feedback: entry.feedback,
    again: entry.state === 'quarantined',
    ...(entry.setAside === undefined ? {} : { setAside: entry.setAside }),
  };
}
