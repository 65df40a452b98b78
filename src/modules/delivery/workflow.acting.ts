import { isAppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { ActionView, EntryView } from './model.ts';
import type { DeliverySteps } from './steps.ts';

export type Acted =
  | { done: true; actionId: string; shadowed: boolean }
  | { done: false; actionId: string; reason: string; code: string | null; status: ActionView['status'] };

/** Most time between two tries of an action whose target is away. */
const LONGEST_PAUSE_MS = 15 * 60_000;

/** How long to sleep between two looks at a pending action when no message comes. */
const LOOK_AGAIN_MS = 6 * 3_600_000;

/**
 * Carries a proposed action to its end: waits (for days, over restarts) while a person has to decide, follows a modified
 * action to its successor, then executes once. When those who allowed it no longer may by then, people are asked once more, and their answer is
 * waited for like the first. `approve_only` stops before execution: someone else (the merge queue) executes.
 */
export async function act(
  context: WorkflowContext,
  on: DeliverySteps,
  proposed: ActionView,
  until: 'execute' | 'approve_only' = 'execute',
): Promise<Acted> {
  let action = await settled(context, on, proposed);
  if ((action.status === 'approved' || action.status === 'executing') && until === 'approve_only')
    return { done: true, actionId: action.id, shadowed: false };
  for (;;) {
    if (action.status === 'approved' || action.status === 'executing') action = await executePatiently(context, executeOf(on, action.id));
    const again = action.status === 'failed' ? (action.proposedAgain ?? null) : null;
    if (again === null) break;
    action = await settled(context, on, await on.readAction(again));
  }
  if (action.status === 'executed' || action.status === 'shadowed')
    return { done: true, actionId: action.id, shadowed: action.status === 'shadowed' };
  return {
    done: false,
    actionId: action.id,
    reason: action.detail ?? `the action was ${action.status}`,
    code: action.code ?? null,
    status: action.status,
  };
}

const executeOf = (on: DeliverySteps, id: string) => (): Promise<ActionView> => on.executeAction(id);

/** The action, or its successor, once nobody has to decide about it any more. */
async function settled(context: WorkflowContext, on: DeliverySteps, proposed: ActionView): Promise<ActionView> {
  let action = proposed;
  for (;;) {
    if (action.status === 'superseded' && action.supersededBy !== null) {
      action = await on.readAction(action.supersededBy);
    } else if (action.status === 'pending') {
      await context.receive(`action:${action.id}`, LOOK_AGAIN_MS);
      action = await on.readAction(action.id);
    } else {
      return action;
    }
  }
}

/** A forge that is away for an hour has not refused anything: the action is tried again until it says yes or no. */
export async function executePatiently(context: WorkflowContext, execute: () => Promise<ActionView>): Promise<ActionView> {
  for (let waitMs = 5000; ; waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await execute();
    } catch (error) {
      if (!isAppError(error, 'unavailable') && !isAppError(error, 'rate_limited')) throw error;
      await context.sleep(waitMs);
    }
  }
}

/** Thrown by the workflow engine about the workflow itself (it was cancelled, another process owns it now). */
export function isEngineError(error: unknown): boolean {
  return isAppError(error, 'unavailable') ? error.code === 'handed_back' : error instanceof Error && error.constructor.name.startsWith('DBOS');
}

/** The stored history of a workflow is that of another program: what is asked now is not what was recorded at this place. No step can follow. */
export function isOtherHistory(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === 'DBOSUnexpectedStepError';
}

/** Waits until the queue has answered for an entry. The row is the truth; the message only wakes us. */
export async function awaitEntry(context: WorkflowContext, on: DeliverySteps, entryId: string): Promise<EntryView> {
  for (;;) {
    const entry = await on.entry(entryId);
    if (entry.state === 'landed' || entry.state === 'already_landed' || entry.state === 'quarantined' || entry.state === 'dropped') return entry;
    await context.receive(`change_request:${entryId}`, 10 * 60_000);
  }
}
