import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { createDb, createPool, sqlState, type PoolSettings, type Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { createContext } from './context.ts';
import { createEndings, type Endings } from './endings.ts';
import { engineLog } from './engine-log.ts';
import { revived } from './errors.ts';
import { startInTransaction } from './library.ts';
import { tellLibraryTime } from './library-time.ts';
import type { QueueDefinition, WorkflowContext, WorkflowEngine, WorkflowStatus } from './model.ts';
import { createRuns, type Runs } from './runs.ts';
import { migrateWorkflowSchema } from './schema.ts';
import { isCurrent, workflowStatuses } from './store.ts';
import { APPLICATION, createWorker, NO_ADDRESS, type Registered, type Worker } from './worker.ts';

export interface WorkflowEngineDeps {
  connection: PoolSettings['connection'];
  log: Log;
  /** By which pauses and queues are timed, and `Date.now()` of this process until `stop`; absent: the machine's. */
  clock?: Clock;
  /** Unique among living processes; a new one per start is best (`<host>-<pid>-<random>`). */
  executorId: string;
  /**
   * Ours, a constant of the program: workflows begun by one version are only continued by the same. Change it only when a
   * stored workflow could no longer be replayed, and keep the old program running until its workflows have ended.
   */
  version: string;
  /** Most connections of the engine's own pool, besides two for the executor's session; default 12. */
  maxConnections?: number;
}

/** Deploys and crashes each count one; a workflow that waits for days lives through many. The library gives up at 100. */
const MOST_RECOVERIES = 1000;

interface Defined {
  queue: string;
  run: Registered;
  priority(input: unknown): number;
}

/** Everything the functions below share. */
interface Parts {
  deps: WorkflowEngineDeps;
  pool: ReturnType<typeof createPool>;
  sessions: ReturnType<typeof createPool>;
  runs: Runs;
  endings: Endings;
  worker: Worker;
  definitions: Map<string, Defined>;
  queues: Map<string, QueueDefinition>;
  schedules: { name: string; cron: string; run: Registered }[];
  state: 'defining' | 'api' | 'worker' | 'stopping' | 'stopped';
  client: DBOSClient | undefined;
  /** Gives `Date.now` back. */
  untellTime: () => void;
}

// The library keeps its executor, queues and registry in module state.
let engaged = false;

/**
 * The workflow engine over DBOS. Only ONE engine may exist in a process at a time (the library is global); another may be
 * created after `stop`. Needs migration 0001_platform.sql; makes and upgrades schema `dbos` itself.
 */
export function createWorkflowEngine(deps: WorkflowEngineDeps): WorkflowEngine {
  if (engaged) throw new AppError('internal', 'This process has a workflow engine already.', { code: 'engine_twice' });
  engaged = true;
  const parts = assemble(deps);
  let stopped: Promise<void> | undefined;
  return {
    ...definitionsOf(parts),
    ...signalsOf(parts),
    ...questionsOf(parts),
    async launch({ worker }) {
      onlyBeforeLaunch(parts);
      refuseUnknownQueues(parts);
      await migrateWorkflowSchema(parts.pool, deps.log);
      parts.client = await DBOSClient.create({
        systemDatabasePool: parts.pool,
        systemDatabaseUrl: NO_ADDRESS,
        applicationName: APPLICATION,
        logger: engineLog(deps.log) as never,
      });
      parts.state = worker ? 'worker' : 'api';
      if (worker) await parts.worker.launch(parts.client, parts.queues.values(), parts.schedules);
    },
    get aborting() {
      return parts.worker.executor.aborting;
    },
    get executor() {
      return { id: deps.executorId, epoch: parts.worker.executor.epoch };
    },
    stop: (graceMs) => (stopped ??= shutDown(parts, graceMs)),
  };
}

function assemble(deps: WorkflowEngineDeps): Parts {
  const onError = (error: Error): void => deps.log.warn({ error: error.message }, 'A database connection of the workflow engine broke.');
  const pool = createPool({ connection: deps.connection, max: deps.maxConnections ?? 12, applicationName: 'reeve-workflows' }, onError);
  const sessions = createPool({ connection: deps.connection, max: 2, applicationName: 'reeve-executor' }, onError);
  const runs = createRuns();
  const worker = createWorker({ pool, sessions, runs, log: deps.log, executorId: deps.executorId, version: deps.version });
  return {
    deps,
    pool,
    sessions,
    runs,
    worker,
    endings: createEndings(createDb(pool)),
    definitions: new Map(),
    queues: new Map(),
    schedules: [],
    state: 'defining',
    client: undefined,
    untellTime: deps.clock === undefined ? () => {} : tellLibraryTime(deps.clock),
  };
}

function definitionsOf(parts: Parts): Pick<WorkflowEngine, 'define' | 'defineQueue' | 'schedule'> {
  return {
    define(definition) {
      onlyBeforeLaunch(parts);
      const { name, queue } = definition;
      if (parts.definitions.has(name)) throw new AppError('internal', `The workflow ${name} is defined twice.`, { code: 'workflow_twice' });
      parts.definitions.set(name, {
        queue,
        run: register(parts, name, (context, input) => definition.run(context, input as never)),
        priority: (input) => definition.priority?.(input as never) ?? 0,
      });
    },
    defineQueue(queue) {
      onlyBeforeLaunch(parts);
      parts.queues.set(queue.name, queue);
    },
    schedule({ name, cron, run }) {
      onlyBeforeLaunch(parts);
      parts.schedules.push({ name, cron, run: register(parts, `schedule:${name}`, (context, at) => run(context, at as Date)) });
    },
  };
}

function register(parts: Parts, name: string, run: (context: WorkflowContext, input: unknown) => Promise<unknown>): Registered {
  const { runs, endings } = parts;
  const deps = {
    runs,
    endings,
    signal: () => (parts.state === 'worker' && parts.worker.executor.active ? parts.worker.executor.aborting : null),
    async startChild(child: string, id: string, input: unknown) {
      const definition = defined(parts, child);
      await DBOS.startWorkflow(definition.run, {
        workflowID: id,
        queueName: definition.queue,
        enqueueOptions: { priority: definition.priority(input) },
      })(input);
    },
  };
  const body = async (input: unknown): Promise<unknown> => {
    const workflowId = DBOS.workflowID ?? '';
    try {
      return await runs.track(workflowId, (tracked) => run(createContext(tracked, deps), input));
    } finally {
      endings.announce(workflowId);
    }
  };
  return DBOS.registerWorkflow(body, { name, maxRecoveryAttempts: MOST_RECOVERIES });
}

function signalsOf(parts: Parts): Pick<WorkflowEngine, 'start' | 'send' | 'cancel' | 'assertCurrent'> {
  return {
    async start(tx, name, id, input) {
      const { queue, priority } = defined(parts, name);
      await startInTransaction({ client: launched(parts), tx, name, queue, priority: priority(input), id, input, version: parts.deps.version });
    },
    async send(tx, workflowId, topic, message, key) {
      try {
        await launched(parts).sendInTransaction(tx.client, workflowId, message, topic, key);
      } catch (error) {
        // The library words the foreign key's refusal itself; either way the transaction is spent.
        if (sqlState(error) !== '23503' && !/non-existent/.test((error as Error).message)) throw error;
        throw new AppError('not_found', `There is no workflow ${workflowId} to send to.`, { code: 'workflow_missing', cause: error });
      }
    },
    async cancel(workflowId) {
      const rows = await workflowStatuses(createDb(parts.pool), [workflowId]);
      if (rows.length === 0) throw new AppError('not_found', `There is no workflow ${workflowId}.`, { code: 'workflow_missing' });
      await launched(parts).cancelWorkflow(workflowId, { cancelChildren: true });
    },
    async assertCurrent(tx: Tx) {
      const { executor } = parts.worker;
      if (executor.active && (await isCurrent(tx, parts.deps.executorId, executor.epoch))) return;
      throw new AppError('unavailable', 'Another process has taken over the work of this one.', { code: 'executor_superseded' });
    },
  };
}

const STATUS: Readonly<Record<string, WorkflowStatus>> = {
  ENQUEUED: 'enqueued',
  DELAYED: 'enqueued',
  PENDING: 'running',
  SUCCESS: 'done',
  ERROR: 'failed',
  MAX_RECOVERY_ATTEMPTS_EXCEEDED: 'failed',
  CANCELLED: 'cancelled',
};

function questionsOf(parts: Parts): Pick<WorkflowEngine, 'status' | 'waitFor'> {
  return {
    async status(workflowId) {
      const found = await launched(parts).getWorkflow(workflowId);
      if (found === undefined) return null;
      return { status: STATUS[found.status] ?? 'failed', error: found.error instanceof Error ? found.error.message : null };
    },
    async waitFor<T>(workflowId: string, timeoutMs: number) {
      if (!(await parts.endings.wait(workflowId, { timeoutMs }))) return null;
      try {
        return (await launched(parts).retrieveWorkflow(workflowId).getResult()) as T;
      } catch (error) {
        throw revived(error);
      }
    },
  };
}

async function shutDown(parts: Parts, graceMs: number): Promise<void> {
  const wasWorker = parts.state === 'worker';
  parts.state = 'stopping';
  try {
    if (wasWorker) await parts.worker.stop(graceMs);
  } finally {
    parts.state = 'stopped';
    parts.endings.close();
    // Also where nothing was launched: definitions are registered in the library's module state.
    try {
      await DBOS.shutdown({ deregister: true });
      await parts.client?.destroy();
      await Promise.all([parts.pool.end(), parts.sessions.end()]);
    } finally {
      parts.untellTime();
      engaged = false;
    }
  }
}

function launched(parts: Parts): DBOSClient {
  if (parts.client === undefined || parts.state === 'stopped')
    throw new AppError('unavailable', 'The workflow engine is not running.', { code: 'engine_not_running' });
  return parts.client;
}

function defined(parts: Parts, name: string): Defined {
  const definition = parts.definitions.get(name);
  if (definition === undefined) throw new AppError('internal', `There is no workflow named ${name}.`, { code: 'workflow_unknown' });
  return definition;
}

function onlyBeforeLaunch(parts: Parts): void {
  if (parts.state !== 'defining')
    throw new AppError('internal', 'Workflows, queues and schedules are defined before launch.', { code: 'engine_launched' });
}

function refuseUnknownQueues(parts: Parts): void {
  for (const [name, { queue }] of parts.definitions) {
    if (!parts.queues.has(queue))
      throw new AppError('internal', `The workflow ${name} runs on queue ${queue}, which is not defined.`, { code: 'queue_unknown' });
  }
}
