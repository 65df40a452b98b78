import { isAppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { HelpInput } from './model.people.ts';
import type { HelpSteps } from './steps.people.ts';

/** What is unreachable now may answer in a moment. */
const PATIENCE = { maxAttempts: 4, intervalMs: 500, backoff: 2 };
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** About a day; the next push begins anew. */
const MOST_PAUSES = 100;

/**
 * One round of help with a person's pull request: when it has been quiet for a while, a reviewer looks at it as it then is, and the one review
 * there tells what was found, what no test runs and who should look. What is pushed meanwhile is looked at in the same round, once. Nothing
 * is merged or approved here; what a person asked to have mended is proposed as a push to their branch.
 */
export async function helpPull(context: WorkflowContext, steps: HelpSteps, { pullId }: HelpInput): Promise<void> {
  const on = durable(context, steps);
  for (;;) {
    await mendAsked(context, on, pullId);
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
    if (await on.endRound(pullId, subject.wanted)) return;
  }
}

/** What people asked to have mended is worked on at once, one after the other. */
async function mendAsked(context: WorkflowContext, on: HelpSteps, pullId: string): Promise<void> {
  for (let fix = await on.prepareFix(pullId); fix !== null; fix = await on.prepareFix(pullId)) {
    if (fix.run === null) continue;
    await context.child('agents.run', fix.run.workflowId, fix.run.request);
    await on.finishFix(pullId, fix.commentId);
  }
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

/** The step again while its forge is away: an outage of an hour has refused nothing. */
async function whileAway(context: WorkflowContext, step: () => Promise<unknown>): Promise<unknown> {
  for (let pauses = 0, waitMs = FIRST_PAUSE_MS; ; pauses += 1, waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await step();
    } catch (error) {
      if (!isAway(error) || pauses >= MOST_PAUSES) throw error;
      await context.sleep(waitMs);
    }
  }
}

/** Not what the engine says of this process: then another one goes on. */
const isAway = (error: unknown): boolean =>
  (isAppError(error, 'unavailable') && error.code !== 'handed_back' && error.code !== 'executor_superseded') || isAppError(error, 'rate_limited');
