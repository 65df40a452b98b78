import { AppError, isAppError } from '#kernel/errors.ts';
import type { StepRetry, WorkflowContext } from '#platform/workflow/index.ts';
import { whileAway } from '#modules/reviews/index.ts';
import { STORY_ENDED, type StoryEnd } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';

/** What is unreachable now may answer in a moment; anything else is recorded as it is. */
const PATIENCE: StepRetry = { maxAttempts: 6, intervalMs: 300, backoff: 2 };

/** Ask a model where there is one: that may take minutes and must not keep others from their turn. */
const ASKS_A_MODEL = new Set(['triage', 'draftPlan']);

/** Act on the outside, or follow a wait in which days may have passed: before them the forge is looked at. */
const LOOKS_FIRST = new Set(['executeAction', 'readAction', 'entry', 'submitPull', 'mergeByForge', 'readForgeQueue', 'personsWork', 'beginFix']);

/** Leave something that waits, runs or is queued: an end that came in their middle must find that too. */
const LEAVES_WORK = /^(?:propose|prepare|submit)/;

/**
 * Makes each function a recorded step of the workflow, named `delivery.<key>`. The names are persisted: a key of `steps` is part of
 * the stored history, and `workflow.test.ts` pins the list. Steps of older work take their turn first. Once somebody else
 * has ended the story, no step of it does anything any more: each refuses with `story_ended`, which `endedOutside` reads.
 */
export function durable(context: WorkflowContext, effects: DeliveryEffects, of: { workItemId: string; story: string | null }): DeliverySteps {
  async function refuseEnded(look: boolean): Promise<void> {
    const end = of.story === null ? null : await effects.ended(of.story, look);
    if (end !== null) throw new AppError('conflict', end.detail, { code: STORY_ENDED, detail: { ...end } });
  }

  async function unlessEnded(key: string, work: () => Promise<unknown>): Promise<unknown> {
    await refuseEnded(LOOKS_FIRST.has(key));
    const result = effects.asksModel && ASKS_A_MODEL.has(key) ? await work() : await effects.turn(of.workItemId, work);
    if (LEAVES_WORK.test(key)) await refuseEnded(false);
    return result;
  }

  return new Proxy(effects.steps, {
    get(target, key) {
      const member = Reflect.get(target, key) as ((...args: unknown[]) => Promise<unknown>) | undefined;
      if (typeof key !== 'string' || typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        whileAway(context, () => context.step(`delivery.${key}`, () => unlessEnded(key, () => member.apply(target, args)), PATIENCE));
    },
  });
}

/** The end that somebody else gave the story, when that is why a step refused; else null. */
export function endedOutside(error: unknown): StoryEnd | null {
  if (!isAppError(error, 'conflict') || error.code !== STORY_ENDED) return null;
  return { as: error.detail['as'] as StoryEnd['as'], detail: error.message };
}
