import { z } from 'zod';
import type { Result } from '#kernel/result.ts';
import { claimScope, livingClaims, releaseScope, renewScope, type ScopeAnswer, type ScopeRequest } from './commands.claims.ts';
import { controlTarget, type ControlOrder } from './commands.controls.ts';
import { close, drop, retry } from './commands.decisions.ts';
import { dismiss, reland, type Order } from './commands.history.ts';
import { previewResolution, resolve, type ResolveOrder, type ResolvePreview } from './commands.resolve.ts';
import { planRollback, readRollback, resumeRollbacks, rollback, settleRollbacks, type Rollback, type RollbackOrder } from './commands.rollback.ts';
import { submit, type SubmitContext } from './commands.submit.ts';
import type { Choice } from './decide.resolution.ts';
import { ChangeRequestDocument, type AdmissionRefusal } from '#modules/change-requests/index.ts';
import type { QueueEntry } from './model.ts';
import type { ReplayReport, RollbackPlan, TargetMoveRow } from './model.history.ts';
import { createDetailQueries, type DetailQueries } from './queries.detail.ts';
import { readDiff, type DiffView } from './queries.diff.ts';
import { createListQueries, type ListQueries } from './queries.lists.ts';
import { replayTarget } from './queries.replay.ts';
import { createQueries, type QueueQueries } from './queries.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { createScheduleQueries, type ScheduleQueries } from './queries.schedule.ts';
import { createController } from './steps.controller.ts';
import { createGraphReader } from './steps.graph.ts';
import type { RollbackSubject } from './steps.inverse.ts';
import type { ClaimRow } from './store.claims.ts';
import type { TargetKey, TargetState } from './store.targets.ts';

/** The merge queue of this process: admission, people's decisions, reads, and the worker loop. */
export interface MergeQueue extends QueueQueries, ScheduleQueries, DetailQueries, ListQueries {
  /**
   * Admits a change request document or answers every reason not to. The same document again gets the same entry. Throws
   * AppError conflict (`attempt_taken`, `attempt_stale`).
   */
  submit(document: unknown, context: SubmitContext): Promise<Result<QueueEntry, AdmissionRefusal[]>>;
  /** Another try for a quarantined entry. Throws AppError not_found, conflict (`closed`, `wrong_state`). `by` is an `Actor.subject`. */
  retry(id: string, by: string): Promise<QueueEntry>;
  /** Takes an entry out; again is no error. Throws AppError not_found, conflict (being published, or ended otherwise). */
  drop(id: string, reason: string, by: string): Promise<QueueEntry>;
  /** Why nobody has to decide about an entry that was set aside, for people; null: somebody has. Of any other entry nothing changes. */
  close(id: string, reason: string | null): Promise<void>;
  /** A person's choice about a conflict, as the next attempt. Throws AppError not_found, conflict (`closed`, `no_conflict`, `attempt_stale`, `head_gone`), refused. */
  resolve(id: string, order: ResolveOrder): Promise<QueueEntry>;
  /** What a choice would make of a conflict; submits nothing. Throws as `resolve`. */
  previewResolution(id: string, choice: Choice, maxBytes: number): Promise<ResolvePreview>;
  /** What a change request does to the commit it was made on. Throws AppError not_found, unavailable `base_gone`. */
  diff(id: string, maxBytes: number): Promise<DiffView>;
  /** What a rollback would undo and who depends on it; changes nothing. Throws AppError not_found, conflict, refused `nothing_to_roll_back`. */
  planRollback(subject: RollbackSubject, withDependents: boolean): Promise<RollbackPlan>;
  /** Undoes landings by an inverse change request. Throws as `planRollback`, and conflict (`plan_changed`, `has_dependents`, `rollback_conflict`). */
  rollback(order: RollbackOrder): Promise<Rollback>;
  /** Throws AppError not_found. */
  readRollback(id: string): Promise<Rollback>;
  /** To be called when an action was decided on: submits or gives up what waited for it. Again is no error. */
  settleAction(actionId: string): Promise<void>;
  /** Goes on with rollbacks that a process which died had confirmed; to be called now and then. */
  resumeRollbacks(): Promise<void>;
  /** Lands again what landed and is not on the branch any more. Throws AppError not_found, conflict. */
  reland(id: string, order: Order): Promise<Rollback>;
  /** A person took note of a rewritten target. Throws AppError not_found. */
  dismissAlarm(alarm: number, order: Order): Promise<TargetMoveRow>;
  /** Rebuilds a target from the journal in a scratch repository and compares it with the branch. Writes nothing. */
  replay(key: TargetKey): Promise<ReplayReport>;
  /** Nothing of the target is begun and nothing lands; what is verified already waits. Holds over restarts. */
  pauseTarget(key: TargetKey, order: ControlOrder): Promise<TargetState>;
  resumeTarget(key: TargetKey, order: ControlOrder): Promise<TargetState>;
  /** What was begun lands, then the target is paused. Throws AppError conflict `already_paused`. */
  drainTarget(key: TargetKey, order: ControlOrder): Promise<TargetState>;
  /** Leases a file scope to a task at dispatch, or names who holds it. Admission refuses what others hold (`owned_by_other_task`). */
  claimScope(request: ScopeRequest): Promise<ScopeAnswer>;
  /** Heartbeat of a claim; false when it ran out. */
  renewScope(claim: Omit<ScopeRequest, 'globs'>): Promise<boolean>;
  releaseScope(claim: TargetKey & { taskId: string }): Promise<void>;
  /** Living claims of a target, oldest first. */
  claims(key: TargetKey): Promise<ClaimRow[]>;
  /** Starts the worker loop of this process. */
  start(): void;
  stop(graceMs: number): Promise<void>;
  /** Looks at the rows now (another process, an action, a dependency changed something). */
  wake(): void;
}

export function createMergeQueue(deps: MergeQueueDeps): MergeQueue {
  const graph = createGraphReader(deps);
  const controller = createController(deps, graph);
  const waking = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    controller.wake();
    return result;
  };
  const schedule = createScheduleQueries(deps, graph);
  return {
    ...createQueries(deps),
    ...createListQueries(deps),
    ...schedule,
    ...createDetailQueries(deps, schedule),
    submit: (document, context) => waking(submit(deps, document, context)),
    retry: (id, by) => waking(retry(deps, id, by)),
    drop: (id, reason, by) => waking(drop(deps, id, { reason, by })),
    close: (id, reason) => close(deps, id, reason),
    resolve: (id, order) => waking(resolve(deps, id, order)),
    previewResolution: (id, choice, maxBytes) => previewResolution(deps, id, choice, maxBytes),
    diff: (id, maxBytes) => readDiff(deps, id, maxBytes),
    planRollback: (subject, withDependents) => planRollback(deps, subject, withDependents),
    rollback: (order) => waking(rollback(deps, order)),
    readRollback: (id) => readRollback(deps, id),
    settleAction: (actionId) => waking(settleRollbacks(deps, actionId)),
    resumeRollbacks: () => waking(resumeRollbacks(deps)),
    reland: (id, order) => waking(reland(deps, id, order)),
    dismissAlarm: (alarm, order) => dismiss(deps, alarm, order),
    replay: (key) => replayTarget(deps, key),
    pauseTarget: (key, order) => waking(controlTarget(deps, 'pause', key, order)),
    resumeTarget: (key, order) => waking(controlTarget(deps, 'resume', key, order)),
    drainTarget: (key, order) => waking(controlTarget(deps, 'drain', key, order)),
    claimScope: (request) => claimScope(deps, request),
    renewScope: (claim) => renewScope(deps, claim),
    releaseScope: (claim) => releaseScope(deps, claim),
    claims: (key) => livingClaims(deps, key),
    start: () => controller.start(),
    stop: (graceMs) => controller.stop(graceMs),
    wake: () => controller.wake(),
  };
}

/** JSON Schema of a change request as it is sent, for `/schemas/change-request.v1.json`. */
export function changeRequestJsonSchema(): Record<string, unknown> {
  return { $id: '/schemas/change-request.v1.json', title: 'Change request v1', ...z.toJSONSchema(ChangeRequestDocument, { io: 'input' }) };
}
