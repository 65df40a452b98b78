import type { Tx } from '#platform/db/index.ts';

/**
 * What a durable workflow may do. Workflow code is replayed after a crash, so it must be deterministic: every effect and
 * every fact of the outside goes through these members, whose results are recorded.
 */
export interface WorkflowContext {
  readonly workflowId: string;
  /**
   * Runs an effect once and records its result. The name is persisted: never rename one without bumping the version. An
   * interrupted step runs again after a crash, so `run` must be idempotent. Throws what `run` throws (recorded too): an
   * AppError with its kind, code, message, hint and detail, anything else as an Error with its name and message. A step that
   * fails because `aborting` fired is not recorded: the next owner runs it again.
   */
  step<T>(name: string, run: () => Promise<T>, retry?: StepRetry): Promise<T>;
  /**
   * Waits for one message on `topic`, oldest first; null when `timeoutMs` has passed. The deadline is recorded at the first
   * wait (by that worker's clock) and survives restarts.
   */
  receive<T>(topic: string, timeoutMs: number): Promise<T | null>;
  sleep(ms: number): Promise<void>;
  /** The instant, recorded. */
  now(): Promise<Date>;
  /** Starts a workflow by name (idempotent on id) and answers at once. */
  start(name: string, id: string, input: unknown): Promise<void>;
  /** Waits for the result of a workflow started before; throws its error, or `conflict` (`workflow_cancelled`) if it was cancelled. */
  result<T>(id: string): Promise<T>;
  /** Starts a workflow and waits for its result. */
  child<T>(name: string, id: string, input: unknown): Promise<T>;
}

/**
 * Tries again in the same process; a crash starts the count anew. Refusals are not repeated: an AppError of another kind
 * than `unavailable`, `rate_limited` or `internal` is thrown at once. The last error is the one recorded.
 */
export interface StepRetry {
  maxAttempts: number;
  intervalMs: number;
  /** Multiplies the interval after each failure; default 2. */
  backoff?: number;
}

export interface WorkflowDefinition<Input> {
  /** Persisted; `<module>.<verb>`. */
  name: string;
  /** Queue it runs on; must be defined before launch. */
  queue: string;
  run(context: WorkflowContext, input: Input): Promise<unknown>;
  /** Lower goes first among those that wait on the queue; default 0. Ties: in the order of starting. */
  priority?(input: Input): number;
}

export interface QueueDefinition {
  name: string;
  /** Most workflows running at once over all workers. */
  concurrency?: number;
  /** Most workflows running at once in one worker. */
  workerConcurrency?: number;
  rateLimit?: { limit: number; periodMs: number };
  pollingIntervalMs?: number;
}

export type WorkflowStatus = 'enqueued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface WorkflowEngine {
  /** Before launch only. */
  define<Input>(definition: WorkflowDefinition<Input>): void;
  defineQueue(queue: QueueDefinition): void;
  /** Runs `run` as a workflow at each tick of a six-field cron expression (UTC), once over all workers. */
  schedule(schedule: { name: string; cron: string; run(context: WorkflowContext, at: Date): Promise<void> }): void;
  /** `worker: false` (role api) can start and signal workflows but never runs one. */
  launch(options: { worker: boolean }): Promise<void>;
  /** Enqueues within the caller's transaction: the workflow exists if and only if the transaction commits. Idempotent on `id`. */
  start(tx: Tx, name: string, id: string, input: unknown): Promise<void>;
  /** Sends within the caller's transaction. The same `key` is delivered once. The workflow must exist. */
  send(tx: Tx, workflowId: string, topic: string, message: unknown, key?: string): Promise<void>;
  status(workflowId: string): Promise<{ status: WorkflowStatus; error: string | null } | null>;
  /** Resolves when the workflow has ended, or null after `timeoutMs`. */
  waitFor<T>(workflowId: string, timeoutMs: number): Promise<T | null>;
  /** Cancels it and the children it started. A step that runs meanwhile is not interrupted; nothing follows it. Throws `not_found`. */
  cancel(workflowId: string): Promise<void>;
  /**
   * Aborted when this executor must drop what it runs (it lost its lock session, or is stopping). Long steps pass it on to
   * their processes. A new signal comes with each registration: read it when a step begins, do not keep it.
   */
  readonly aborting: AbortSignal;
  /** The epoch of this executor; raised at each take-over, checked by whoever fences (publish, intent, lease). 0 before launch and in role api. */
  readonly executor: { id: string; epoch: number };
  /**
   * The fence: throws `unavailable` (`executor_superseded`) when this executor's work was taken over. A take-over waits for
   * the asking transaction, so what commits with it was done by the owner.
   */
  assertCurrent(tx: Tx): Promise<void>;
  /** Stops taking work, waits at most `graceMs` for running steps, hands the rest back. */
  stop(graceMs: number): Promise<void>;
}
