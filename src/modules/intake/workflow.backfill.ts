import { isAppError, messageOf } from '#kernel/errors.ts';
import type { StepRetry, WorkflowContext } from '#platform/workflow/index.ts';
import type { BackfillInput, BackfillSteps } from './model.backfill.ts';

/** Persisted names: never rename. */
export const BACKFILL_WORKFLOW = 'intake.backfill';
export const BACKFILL_QUEUE = 'backfill';

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** With the waits above: more than half a day without one page. */
const MOST_TROUBLES = 20;
/** A database that is away for a moment. */
const PATIENCE: StepRetry = { maxAttempts: 6, intervalMs: 500, backoff: 2 };

/**
 * Reads a repository's history to its end: some pages a step, and a rest where the forge asks for one or is away. Where it stands is in the
 * database, not here, so that whoever carries on after a crash or a pause reads no page twice that was kept. What fails otherwise ends it as failed.
 */
export async function backfill(at: WorkflowContext, steps: BackfillSteps, input: BackfillInput): Promise<void> {
  try {
    await read(at, steps, input);
  } catch (error) {
    if (isEngineError(error)) throw error;
    await at.step('intake.backfill.give_up', () => steps.giveUp(input, messageOf(error).slice(0, 500)), PATIENCE);
  }
}

/** Thrown about the workflow itself (it was cancelled, another process owns it now): whoever owns it goes on. */
function isEngineError(error: unknown): boolean {
  return isAppError(error, 'unavailable') ? error.code === 'handed_back' : error instanceof Error && error.constructor.name.startsWith('DBOS');
}

async function read(at: WorkflowContext, steps: BackfillSteps, input: BackfillInput): Promise<void> {
  let troubles = 0;
  for (;;) {
    const isLast = troubles >= MOST_TROUBLES;
    const next = await at.step('intake.backfill.pages', () => steps.pages(input, isLast), PATIENCE);
    if (next?.kind === 'wait') {
      troubles += next.untilMs === null ? 1 : 0;
      await at.sleep(await restMs(at, next.untilMs, troubles));
    } else if (next?.kind === 'more') troubles = 0;
    else return;
  }
}

async function restMs(at: WorkflowContext, untilMs: number | null, troubles: number): Promise<number> {
  if (untilMs === null) return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (troubles - 1));
  const now = await at.now();
  return Math.min(LONGEST_WAIT_MS, Math.max(1000, untilMs - now.getTime()));
}
