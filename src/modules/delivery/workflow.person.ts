import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { DeliverySteps } from './steps.ts';

/** How long between two looks when no message comes. */
const LOOK_AGAIN_MS = 6 * 3_600_000;

export type PersonsEnd = { kind: 'landed'; changeRequestId: string } | { kind: 'ended'; reason: string };

/**
 * A task a person took: waits, for days if need be, until their change request has landed. What fails in the queue stays with the
 * person, who sends the next one; nobody counts their tries. Null: the task was given to an agent meanwhile.
 */
export async function awaitPerson(
  context: WorkflowContext,
  on: DeliverySteps,
  { taskId, attempt }: { taskId: string; attempt: number },
): Promise<PersonsEnd | null> {
  for (;;) {
    const work = await on.personsWork(taskId, attempt, context.workflowId);
    if (work.kind === 'landed') {
      await on.taskLanded(taskId);
      return { kind: 'landed', changeRequestId: work.entryId };
    }
    if (work.kind === 'ended') return work;
    if (work.kind === 'given_to_agent') return null;
    await context.receive(`task:${taskId}`, LOOK_AGAIN_MS);
  }
}
