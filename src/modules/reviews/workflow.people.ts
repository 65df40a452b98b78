import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { FixInHand } from './model.people.fix.ts';
import type { HelpInput } from './model.people.ts';
import type { HelpSteps } from './steps.people.ts';
import { whileAway } from './workflow.away.ts';

/** What is unreachable now may answer in a moment. */
const PATIENCE = { maxAttempts: 4, intervalMs: 500, backoff: 2 };
/** Most time between two looks at the pull request while a person has yet to allow that an agent mends it. */
const LOOK_AGAIN_MS = 10 * 60_000;

/**
 * One round of help with a person's pull request: when it has been quiet for a while, a reviewer looks at it as it then is, and the one review
 * there tells what was found, what no test runs and who should look. What is pushed meanwhile is looked at in the same round, once. Nothing
 * is merged or approved here; what a person asked to have mended is proposed as a push to their branch.
 */
export async function helpPull(context: WorkflowContext, steps: HelpSteps, { pullId }: HelpInput): Promise<void> {
  const on = durable(context, steps);
  for (;;) {
    const waitsFor = await mendAsked(context, on, pullId);
    for (let waitMs = await on.quietIn(pullId); waitMs > 0; waitMs = await on.quietIn(pullId)) await context.sleep(waitMs);
    const subject = await on.look(pullId);
    if (subject.kind === 'look') {
      await on.measure(pullId, subject);
      await on.suggest(pullId, subject);
      const review = await on.prepareReview(pullId, subject);
      if (review !== null) await context.child('agents.run', review.workflowId, review.request);
      const tests = await on.prepareTests(pullId, subject);
      if (tests !== null) await context.child('agents.run', tests.workflowId, tests.request);
      await on.tell(pullId, subject, { reviewRun: review?.request.runId ?? null, testRun: tests?.request.runId ?? null });
      await on.askReviewers(pullId);
    }
    if (waitsFor !== null) await context.receive(`action:${waitsFor}`, LOOK_AGAIN_MS);
    else if (await on.endRound(pullId, subject.wanted)) return;
  }
}

/** What people asked to have mended is worked on at once, one after the other. Answers the action that a person has to allow before it goes on; null: all is done. */
async function mendAsked(context: WorkflowContext, on: HelpSteps, pullId: string): Promise<string | null> {
  const next = (): Promise<FixInHand | null> => on.prepareFix(pullId, context.workflowId);
  for (let fix = await next(); fix !== null; fix = await next()) {
    if (fix.waitsFor !== null) return fix.waitsFor;
    if (fix.run === null) continue;
    await context.child('agents.run', fix.run.workflowId, fix.run.request);
    await on.finishFix(pullId, fix.commentId);
  }
  return null;
}

/** Each function as a recorded step, `reviews.<key>`: persisted names. */
function durable(context: WorkflowContext, steps: HelpSteps): HelpSteps {
  return new Proxy(steps, {
    get(target, key) {
      const member = Reflect.get(target, key) as ((...args: unknown[]) => Promise<unknown>) | undefined;
      if (typeof key !== 'string' || typeof member !== 'function') return member;
      return (...args: unknown[]) => whileAway(context, () => context.step(`reviews.${key}`, () => member.apply(target, args), PATIENCE));
    },
  });
}
