import { DBOS, type DBOSClient } from '@dbos-inc/dbos-sdk';
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor';
import type { Pool } from 'pg';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { engineLog } from './engine-log.ts';
import { createExecutor, type Executor } from './executor.ts';
import { forgetSchedules, registerQueue } from './library.ts';
import type { QueueDefinition } from './model.ts';
import type { Runs } from './runs.ts';
import { createTakeover, thisHost } from './takeover.ts';

/** The name under which the library keeps our workflows apart from those of other applications in the same database. */
export const APPLICATION = 'reeve';

/** Given instead of an address: the library only reads one when it has to make its own connections. */
export const NO_ADDRESS = 'postgresql://unused@unused/unused';

/** Stands for a registered workflow function of the library. */
export type Registered = (input: unknown) => Promise<unknown>;

export interface WorkerDeps {
  /** The library's pool. */
  pool: Pool;
  /** For the executor's own session. */
  sessions: Pool;
  log: Log;
  executorId: string;
  version: string;
  runs: Runs;
}

/** The part of the engine that runs workflows. */
export interface Worker {
  readonly executor: Executor;
  launch(client: DBOSClient, queues: Iterable<QueueDefinition>, schedules: readonly { name: string; cron: string; run: Registered }[]): Promise<void>;
  stop(graceMs: number): Promise<void>;
}

export function createWorker(deps: WorkerDeps): Worker {
  const { runs, log } = deps;
  const host = thisHost();
  const requeue = async (executorId: string): Promise<number> =>
    (await DBOSExecutor.globalInstance?.recoverPendingWorkflows([executorId]))?.length ?? 0;
  const executor = createExecutor({
    pool: deps.sessions,
    row: { id: deps.executorId, version: deps.version, host, pid: process.pid },
    log,
    async drop(withinMs) {
      if (!(await runs.idle(withinMs))) log.error({ steps: runs.steps }, 'Steps did not end when told to; they run on beside their successors.');
      runs.abandonAll();
    },
    back: async () => void (await requeue(deps.executorId)),
  });
  const takeover = createTakeover({ executor, id: deps.executorId, host, version: deps.version, log, requeue });
  return {
    executor,
    async launch(client, queues, schedules) {
      for (const queue of queues) await registerQueue(client, queue);
      await executor.start();
      DBOS.setConfig({
        name: APPLICATION,
        systemDatabaseUrl: NO_ADDRESS,
        systemDatabasePool: deps.pool,
        executorID: deps.executorId,
        applicationVersion: deps.version,
        logger: engineLog(log),
        runMigrations: false,
      });
      await DBOS.launch();
      await DBOS.applySchedules(
        schedules.map((one) => ({ scheduleName: one.name, workflowFn: one.run as never, schedule: one.cron, context: null, cronTimezone: 'UTC' })),
      );
      await forgetSchedules(schedules);
      takeover.start();
    },
    async stop(graceMs) {
      await takeover.stop();
      executor.abort('This process is stopping.');
      await DBOSExecutor.globalInstance?.deactivateEventReceivers();
      if (!(await runs.idle(graceMs)))
        log.warn({ steps: runs.steps }, 'Steps still run at the end of the grace time; another worker will run them again.');
      runs.abandonAll();
      try {
        const count = await requeue(deps.executorId);
        if (count > 0) log.info({ workflows: count }, 'Handed unfinished workflows back to the queue.');
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'Unfinished workflows could not be handed back; they are taken over after a while.');
      }
      await executor.leave();
    },
  };
}
