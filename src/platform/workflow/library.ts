import { DBOS, type DBOSClient } from '@dbos-inc/dbos-sdk';
import { AppError } from '#kernel/errors.ts';
import { sql, type Tx } from '#platform/db/index.ts';
import type { QueueDefinition } from './model.ts';

/** Of queue polls: one short transaction per queue, worker and interval. */
const DEFAULT_POLLING_MS = 100;

/** Before launch, through the client, so that the first poll knows the queue already. */
export async function registerQueue(client: DBOSClient, queue: QueueDefinition): Promise<void> {
  await client.registerQueue(queue.name, {
    globalConcurrency: queue.concurrency,
    workerConcurrency: queue.workerConcurrency,
    rateLimit: queue.rateLimit === undefined ? undefined : { limitPerPeriod: queue.rateLimit.limit, periodSec: queue.rateLimit.periodMs / 1000 },
    minPollingIntervalMs: queue.pollingIntervalMs ?? DEFAULT_POLLING_MS,
  });
}

/** Schedules live in the database: one that the program no longer has would tick for ever. */
export async function forgetSchedules(kept: readonly { name: string }[]): Promise<void> {
  for (const { scheduleName } of await DBOS.listSchedules()) {
    if (!kept.some(({ name }) => name === scheduleName)) await DBOS.deleteSchedule(scheduleName);
  }
}

export interface StartRequest {
  client: DBOSClient;
  tx: Tx;
  name: string;
  queue: string;
  priority: number;
  id: string;
  input: unknown;
  version: string;
}

/**
 * Enqueues within the caller's transaction. A workflow of that id and name that exists already is left as it is; asked for
 * first, because the library's own way locks the existing row until the caller commits, which stalls the running workflow.
 */
export async function startInTransaction(request: StartRequest): Promise<void> {
  const { tx, id, name } = request;
  const existing = await tx.maybe<{ name: string }>(sql`select name from dbos.workflow_status where workflow_uuid = ${id}`);
  if (existing !== undefined) {
    if (existing.name === name) return;
    throw new AppError('conflict', `The id ${id} belongs to a workflow named ${existing.name}, not ${name}.`, { code: 'workflow_id_taken' });
  }
  await request.client.enqueueInTransaction(
    tx.client,
    { workflowName: name, workflowID: id, queueName: request.queue, priority: request.priority, appVersion: request.version },
    request.input,
  );
}
