import { z } from 'zod';
import type { Result } from '#kernel/result.ts';
import { drop, retry } from './commands.decisions.ts';
import { submit, type SubmitContext } from './commands.submit.ts';
import { ChangeRequestDocument, type AdmissionRefusal, type QueueEntry } from './model.ts';
import { createQueries, type QueueQueries } from './queries.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { createController } from './steps.controller.ts';

/** The merge queue of this process: admission, people's decisions, reads, and the worker loop. */
export interface MergeQueue extends QueueQueries {
  /**
   * Admits a change request document or answers every reason not to. The same document again gets the same entry. Throws
   * AppError conflict (`attempt_taken`, `attempt_stale`).
   */
  submit(document: unknown, context: SubmitContext): Promise<Result<QueueEntry, AdmissionRefusal[]>>;
  /** Another try for a quarantined entry. Throws AppError not_found, conflict. `by` is an `Actor.subject`. */
  retry(id: string, by: string): Promise<QueueEntry>;
  /** Takes an entry out; again is no error. Throws AppError not_found, conflict (being published, or ended otherwise). */
  drop(id: string, reason: string, by: string): Promise<QueueEntry>;
  /** Starts the worker loop of this process. */
  start(): void;
  stop(graceMs: number): Promise<void>;
  /** Looks at the rows now (another process, an action, a dependency changed something). */
  wake(): void;
}

export function createMergeQueue(deps: MergeQueueDeps): MergeQueue {
  const controller = createController(deps);
  const waking = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    controller.wake();
    return result;
  };
  return {
    ...createQueries(deps),
    submit: (document, context) => waking(submit(deps, document, context)),
    retry: (id, by) => waking(retry(deps, id, by)),
    drop: (id, reason, by) => waking(drop(deps, id, { reason, by })),
    start: () => controller.start(),
    stop: (graceMs) => controller.stop(graceMs),
    wake: () => controller.wake(),
  };
}

/** JSON Schema of a change request as it is sent, for `/schemas/change-request.v1.json`. */
export function changeRequestJsonSchema(): Record<string, unknown> {
  return { $id: '/schemas/change-request.v1.json', title: 'Change request v1', ...z.toJSONSchema(ChangeRequestDocument, { io: 'input' }) };
}
