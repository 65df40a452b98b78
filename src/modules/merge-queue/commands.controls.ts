import { AppError } from '#kernel/errors.ts';
import type { QueueTargetEvent } from './events.ts';
import type { TargetControl } from '#modules/queue-schedule/index.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { setControl } from './steps.drain.ts';
import { readTarget, type TargetKey, type TargetState } from './store.targets.ts';

/** Who stops or starts a target, and why. */
export interface ControlOrder {
  /** `Actor.subject`. */
  by: string;
  reason?: string;
}

const CONTROLS: Record<'pause' | 'resume' | 'drain', { control: TargetControl; type: QueueTargetEvent }> = {
  pause: { control: 'paused', type: 'queue_target.paused' },
  resume: { control: 'running', type: 'queue_target.resumed' },
  drain: { control: 'draining', type: 'queue_target.draining' },
};

/**
 * Pauses (nothing is begun and nothing lands), resumes or drains (what was begun lands, then it is paused) a target. Stored
 * and journaled; holds over restarts. Submissions are taken all the while. Again is no error. Throws AppError conflict
 * `already_paused` when a paused target is to be drained.
 */
export function controlTarget(
  deps: MergeQueueDeps,
  order: 'pause' | 'resume' | 'drain',
  key: TargetKey,
  { by, reason }: ControlOrder,
): Promise<TargetState> {
  return deps.db.tx(async (tx) => {
    const before = await readTarget(tx, key);
    if (order === 'drain' && before.control === 'paused')
      throw new AppError('conflict', `${key.target} is paused already.`, { code: 'already_paused', hint: 'Resume it to let what was begun land.' });
    await setControl(deps, tx, key, { ...CONTROLS[order], by, reason: reason ?? null });
    return readTarget(tx, key);
  });
}
