import type { WorkflowContext } from '#platform/workflow/index.ts';
import { TASK_WORKFLOW, type TaskEnd, type TaskInput } from './model.ts';
import type { CiVerdict, PullView } from './model.ci.ts';
import type { DeliverySteps } from './steps.ts';
import { act } from './workflow.acting.ts';
import { funded } from './workflow.money.ts';

/** A reviewer agent looks at the head, and says what it found in the one review of the pull request; then it is ready for people. */
export async function reviewPull(
  context: WorkflowContext,
  on: DeliverySteps,
  { issue, pull, round, ci }: { issue: string; pull: PullView; round: number; ci: CiVerdict | undefined },
): Promise<void> {
  const review = await funded(context, on, () => on.prepareReview(issue, round));
  if (review !== null) {
    await context.child('agents.run', review.workflowId, review.request);
    const comment = await on.proposeReviewComment(issue, review.request.runId);
    if (comment !== null) await act(context, on, comment);
  }
  if (pull.fixes === true) await on.suggestReviewers(issue);
  await act(context, on, await on.proposeReady(issue, ci));
  const asking = pull.fixes === true ? await on.proposeReviewers(issue) : null;
  if (asking !== null) await act(context, on, asking);
}

/** What a story knows of its pull request while it waits for people. */
export interface Asking {
  issue: string;
  planId: string;
  pull: PullView;
}

/** `again`: the merge is to be asked for anew, after the push of what `fixId` names (null: nothing new). */
export interface Asked {
  again: boolean;
  fixId: string | null;
}

const NOTHING: Asked = { again: false, fixId: null };

/** An event wakes the story; where it was lost, this is how late it learns that nobody asks for changes any more. Each look is recorded: ever fewer. */
const FIRST_LOOK_MS = 5 * 60_000;
const LONGEST_LOOK_MS = 4 * 3_600_000;

/**
 * What people asked for instead of the merge: the remarks of the reviews, or a conflict, go to the agent as a task on the same branch. While somebody
 * who may decide asks for changes, nothing is asked and nothing is done: they are waited for.
 */
export async function mendAsked(context: WorkflowContext, on: DeliverySteps, { issue, planId, pull }: Asking): Promise<Asked> {
  if (pull.fixes !== true) return NOTHING;
  for (let looks = 0; ; looks += 1) {
    const fix = await on.beginFix(issue, planId);
    if (fix.kind === 'none') return looks > 0 ? { again: true, fixId: null } : NOTHING;
    if (fix.kind === 'objected') {
      await context.receive(`review:${pull.id}`, Math.min(FIRST_LOOK_MS * 2 ** looks, LONGEST_LOOK_MS));
      continue;
    }
    if (fix.kind === 'nothing') {
      await act(context, on, fix.told);
      return { again: true, fixId: null };
    }
    const failed: string[] = [];
    for (const task of fix.tasks) {
      const input: TaskInput = { workItemId: issue, story: context.workflowId, ...task };
      const id = `${TASK_WORKFLOW}:${task.taskId}:${context.workflowId.split(':').at(-1) ?? '1'}:fix-${fix.number}`;
      const end = await context.child<TaskEnd>(TASK_WORKFLOW, id, input);
      if (!end.landed) failed.push(end.reason);
    }
    const told = await on.fixLanded(issue, fix.fixId, failed.length === 0 ? null : failed.join(' '));
    if (told !== null) await act(context, on, told);
    return { again: true, fixId: fix.fixId };
  }
}

/** The change is pushed: each conversation that the agent dealt with gets its answer, and ends. */
export async function tellMended(context: WorkflowContext, on: DeliverySteps, issue: string, fixId: string): Promise<void> {
  for (const answer of await on.proposeThreadAnswers(issue, fixId)) await act(context, on, answer);
  await on.fixTold(issue, fixId);
}
