import { isAppError, type AppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';

/** What connectors to forges on the net say while those are away, limit us, or show less than was written: no answer, however long it lasts. */
const AWAY = /^(?:github_|forge_behind$)/;

const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** About a day; then somebody should know. */
const MOST_PAUSES = 100;
/** About twenty minutes: what a forge does not show by then, somebody else has changed. */
const MOST_WHILE_BEHIND = 8;

/** A step of a workflow again, and again, while its forge is away: an outage of an hour has refused nothing. */
export async function whileAway(context: Pick<WorkflowContext, 'sleep'>, step: () => Promise<unknown>): Promise<unknown> {
  for (let pauses = 0, waitMs = FIRST_PAUSE_MS; ; pauses += 1, waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await step();
    } catch (error) {
      if (!isAway(error) || pauses >= (error.code === 'forge_behind' ? MOST_WHILE_BEHIND : MOST_PAUSES)) throw error;
      await context.sleep(waitMs);
    }
  }
}

function isAway(error: unknown): error is AppError {
  return (isAppError(error, 'unavailable') || isAppError(error, 'rate_limited')) && AWAY.test(error.code);
}
