import type { WorkflowContext } from '#platform/workflow/index.ts';
import { TASK_WORKFLOW, type TaskEnd, type TaskInput } from './model.ts';
import type { CiView, CiVerdict, PullView } from './model.ci.ts';
import type { DeliverySteps } from './steps.ts';
import { act } from './workflow.acting.ts';

const FIRST_LOOK_MS = 5000;
/** An event wakes the story; where it was lost, this is how late it learns. GitHub's limit of 5,000 reads an hour leaves room for hundreds of stories. */
const LONGEST_LOOK_MS = 5 * 60_000;

/** People want something mended before the checks have said their word. */
type CiAsked = Extract<CiView, { kind: 'asked' }>;

/** Waits until the forge's own checks have said their word about what was pushed: told by events, and read now and then, because events are lost. `told`: what they said of the same head before. */
export async function awaitCi(
  context: WorkflowContext,
  on: DeliverySteps,
  issue: string,
  pull: PullView,
  told?: CiVerdict,
): Promise<CiVerdict | CiAsked> {
  const since = (await context.now()).toISOString();
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_LOOK_MS)) {
    const ci = await on.readCi(issue, since, told);
    if (ci.kind !== 'pending') return ci;
    await context.receive(`ci:${pull.id}`, Math.min(waitMs, ci.againMs ?? waitMs));
  }
}

/** How often the forge is looked at until it shows that it runs something again: some ten minutes. */
const MOST_LOOKS = 8;

/** Has what is probably flaky run again, before an agent's try is spent on it. Answers whether it was: then the checks are waited for anew. */
async function runAgain(
  context: WorkflowContext,
  on: DeliverySteps,
  { issue, pull }: Pick<Mending, 'issue' | 'pull'>,
  { headSha, flaky }: { headSha: string; flaky: Array<{ name: string; id: string }> },
): Promise<boolean> {
  for (const proposed of await on.proposeReruns(issue, headSha, flaky)) {
    const asked = await act(context, on, proposed);
    if (!asked.done || asked.shadowed) return false;
  }
  for (let looks = 0, waitMs = FIRST_LOOK_MS; looks < MOST_LOOKS; looks += 1, waitMs *= 2) {
    if ((await on.readRerun(issue, headSha, flaky)) === 'over') break;
    await context.receive(`ci:${pull ?? issue}`, waitMs);
  }
  return true;
}

/** What a story knows of its retries. */
export interface Mending {
  issue: string;
  planId: string;
  /** Of the pull request; left out: nothing tells when its checks move. */
  pull?: string;
  /** Retries begun so far; grows with each. */
  retries: number;
}

export type Mended = { mended: true } | { mended: false; reason: string };

/**
 * A red head goes back to the agent with the failing part of the logs; once for each head and twice at most, then a person says whether
 * there is one more. Answers when something new has landed on the branch (or the checks were run again and are not red any more), or why not.
 */
export async function mendRed(
  context: WorkflowContext,
  on: DeliverySteps,
  mending: Mending,
  ci: Extract<CiVerdict, { kind: 'red' }>,
): Promise<Mended> {
  if (ci.flaky !== undefined && (await runAgain(context, on, mending, { headSha: ci.headSha, flaky: ci.flaky }))) return { mended: true };
  let granted = false;
  for (;;) {
    const asked = { number: mending.retries + 1, headSha: ci.headSha, granted };
    const retry = await on.prepareCiRetry(mending.issue, mending.planId, asked);
    if (retry.kind === 'not_red') return { mended: true };
    if (retry.kind === 'spent') {
      if (granted) return { mended: false, reason: `CI stays red (${ci.failed.join(', ')}): ${retry.tried.join(' ')}` };
      const leave = await act(context, on, await on.proposeCiRetry(mending.issue, { ...asked, tried: retry.tried }));
      if (!leave.done) return { mended: false, reason: `CI stays red (${ci.failed.join(', ')}) after ${mending.retries} retries: ${leave.reason}` };
      granted = true;
      continue;
    }
    mending.retries += 1;
    granted = false;
    const generation = context.workflowId.split(':').at(-1) ?? '1';
    const input: TaskInput = { workItemId: mending.issue, story: context.workflowId, ...retry.task };
    const end = await context.child<TaskEnd>(TASK_WORKFLOW, `${TASK_WORKFLOW}:${retry.task.taskId}:${generation}:ci-${mending.retries}`, input);
    if (end.landed) return { mended: true };
  }
}
