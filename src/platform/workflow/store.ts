import { sql, type Queryable, type Statement, type Tx } from '#platform/db/index.ts';

/** How an executor introduces itself. */
export interface ExecutorRow {
  id: string;
  version: string;
  /** Machine and pid namespace: within one, a pid says whether its process lives. */
  host: string;
  pid: number;
}

/** An executor whose work may have to be taken over. `host` is null when it never registered. */
export interface Suspect {
  id: string;
  host: string | null;
  pid: number | null;
  /** True while somebody holds the executor's session lock. */
  locked: boolean;
}

/** The 64-bit advisory lock key of an executor; computed in the database so that every process agrees. */
const lockKey = (id: string) => sql<number>`hashtextextended(${`reeve-executor:${id}`}, 0)`;

/** Session lock: it must be asked for on the session that is to hold it. */
export async function tryExecutorLock(session: Queryable, id: string): Promise<boolean> {
  return (await session.one<{ locked: boolean }>(sql`select pg_try_advisory_lock(${lockKey(id)}) as locked`)).locked;
}

export async function releaseExecutorLock(session: Queryable, id: string): Promise<void> {
  await session.all(sql`select pg_advisory_unlock(${lockKey(id)})`);
}

/** Registers (again) with the next epoch and answers it. */
export async function registerExecutor(session: Queryable, row: ExecutorRow): Promise<number> {
  const { epoch } = await session.one<{ epoch: number }>(sql`
    insert into executors (id, epoch, worker, version, host, pid, state)
    values (${row.id}, nextval('executor_epoch'), true, ${row.version}, ${row.host}, ${row.pid}, 'live')
    on conflict (id) do update set epoch = excluded.epoch, version = excluded.version, host = excluded.host, pid = excluded.pid,
      state = 'live', started_at = now(), seen_at = now()
    returning epoch`);
  return epoch;
}

/** False when the row is no longer ours: somebody took this executor's work over. */
export async function beat(session: Queryable, id: string, epoch: number): Promise<boolean> {
  return (await session.run(sql`update executors set seen_at = now() where id = ${id} and epoch = ${epoch} and state = 'live'`)) === 1;
}

export async function markStopped(session: Queryable, id: string, epoch: number): Promise<void> {
  await session.run(sql`update executors set state = 'stopped', seen_at = now() where id = ${id} and epoch = ${epoch}`);
}

/** Share-locks the row, so that a take-over waits for the asking transaction. */
export async function isCurrent(tx: Tx, id: string, epoch: number): Promise<boolean> {
  return (await tx.maybe(sql`select 1 from executors where id = ${id} and epoch = ${epoch} and state = 'live' for share`)) !== undefined;
}

/**
 * Everybody but `self` who is registered as live or owns a running workflow. Also finds owners without a row and owners
 * already declared lost that claimed something afterwards.
 */
export async function listSuspects(session: Queryable, self: string, version: string): Promise<Suspect[]> {
  return session.all<Suspect>(sql`
    with owners as (
      select id from executors where state = 'live'
      union
      select executor_id from dbos.workflow_status where status = 'PENDING' and application_version = ${version} and coalesce(executor_id, '') <> ''
    ), keyed as (
      select id, hashtextextended('reeve-executor:' || id, 0) as key from owners where id <> ${self}
    )
    select keyed.id, executors.host, executors.pid,
      exists (
        select 1 from pg_locks
        where locktype = 'advisory' and objsubid = 1 and granted
          and database = (select oid from pg_database where datname = current_database())
          and classid::bigint = (keyed.key >> 32) & 4294967295 and objid::bigint = keyed.key & 4294967295
      ) as locked
    from keyed left join executors using (id)`);
}

/** The owner of a running workflow becomes nobody, and the epoch of the lost executor void. */
export async function markLost(session: Queryable, id: string, by: string): Promise<void> {
  await session.run(sql`
    update executors set state = 'lost', epoch = nextval('executor_epoch'), takeovers = takeovers + 1, taken_over_by = ${by}, taken_over_at = now()
    where id = ${id} and state = 'live'`);
}

/**
 * Condition for the statements of others: the executor of this id was declared lost, so what it held is others' until it registers again.
 * Whoever never registered is not lost.
 */
export const isLostExecutor = (id: Statement<unknown>): Statement<unknown> =>
  sql`exists (select from executors gone where gone.id = ${id} and gone.state = 'lost')`;

export type WorkflowRowStatus = { id: string; name: string; status: string };

/** Status of workflows by id; those that do not exist are left out. */
export async function workflowStatuses(db: Queryable, ids: readonly string[]): Promise<WorkflowRowStatus[]> {
  return db.all<WorkflowRowStatus>(sql`select workflow_uuid as id, name, status from dbos.workflow_status where workflow_uuid = any(${[...ids]})`);
}
