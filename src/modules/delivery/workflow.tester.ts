import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { PullView } from './model.ci.ts';
import { TASK_WORKFLOW, type TaskEnd, type TaskInput } from './model.ts';
import type { DeliverySteps } from './steps.ts';

/**
 * A tester where a coverage report shows changed lines without tests, once for each head: it writes them in the plan's own task for tests, or says
 * which it would write. True: tests have landed on the branch, so that the pull request is another one. Whatever comes of it, the work goes on.
 */
export async function addTests(
  context: WorkflowContext,
  on: DeliverySteps,
  { issue, planId, pull }: { issue: string; planId: string; pull: PullView },
): Promise<boolean> {
  if (pull.fixes !== true) return false;
  const tests = await on.prepareTests(issue, planId);
  if (tests.kind === 'none') return false;
  if (tests.kind === 'suggest') {
    const { runId, base } = tests.request;
    await context.child('agents.run', tests.workflowId, tests.request);
    await on.keepTests(issue, { headSha: base, runId, landed: false });
    return false;
  }
  const { taskId } = tests.task;
  const generation = context.workflowId.split(':').at(-1) ?? '1';
  const input: TaskInput = { workItemId: issue, story: context.workflowId, ...tests.task };
  const end = await context.child<TaskEnd>(TASK_WORKFLOW, `${TASK_WORKFLOW}:${taskId}:${generation}:tests-${tests.task.firstAttempt}`, input);
  const landed = end.landed && end.changeRequestId !== null;
  await on.keepTests(issue, { headSha: tests.headSha, runId: null, landed });
  return landed;
}
