import { json, sql, type Queryable, type Statement, type Tx } from '#platform/db/index.ts';
import { isLostExecutor } from '#platform/workflow/index.ts';
import type { Audit, TargetControl } from '#modules/queue-schedule/index.ts';

export interface TargetKey {
  repositoryId: string;
  target: string;
}

/** The right to write one target. `epoch` is the fencing token: a later holder has a higher one. */
export interface Lease extends TargetKey {
  owner: string;
  epoch: number;
}

/** As whom a controller of a process holds leases. `workerId` is the id under which the process runs workflows: by it others see that it is lost. */
export const leaseOwner = (workerId: string, controller: string): string => `${workerId}:${controller}`;

/** Whether the process an owner is of (all before the last colon) was declared lost. */
const isLost = (owner: Statement<unknown>): Statement<unknown> => isLostExecutor(sql`regexp_replace(${owner}, ':[^:]*$', '')`);

/**
 * Nobody holds it, its time is over (on the database's clock), or its holder's process was declared lost: that one's work is others' from
 * then on, and should it live after all, the epoch keeps it from writing.
 */
const IS_FREE = sql`(held.lease_owner is null or held.lease_expires_at < clock_timestamp() or ${isLost(sql`held.lease_owner`)})`;

/**
 * Takes the lease when it is free; undefined when somebody holds it, or is writing under it
 * at this moment: whoever looks for work does not wait for one target while others are free. A process that was declared lost
 * takes none until it is registered again: it would be free to everybody at once.
 */
export async function acquireLease(on: Queryable, key: TargetKey, owner: string, ttlMs: number): Promise<Lease | undefined> {
  const row = await on.maybe(sql<{ leaseEpoch: number }>`
    with made as (
      insert into queue_targets (repository_id, target, lease_owner, lease_epoch, lease_expires_at)
      select ${key.repositoryId}::text, ${key.target}::text, ${owner}::text, 1, clock_timestamp() + ${ttlMs} * interval '1 millisecond'
      where not ${isLost(sql`${owner}::text`)}
      on conflict (repository_id, target) do nothing
      returning lease_epoch),
    free as (
      select repository_id, target from queue_targets held
      where repository_id = ${key.repositoryId} and target = ${key.target} and ${IS_FREE} and not ${isLost(sql`${owner}::text`)}
      for update skip locked),
    taken as (
      update queue_targets held
      set lease_owner = ${owner}, lease_epoch = held.lease_epoch + 1, lease_expires_at = clock_timestamp() + ${ttlMs} * interval '1 millisecond',
        updated_at = clock_timestamp()
      from free where held.repository_id = free.repository_id and held.target = free.target
      returning held.lease_epoch)
    select lease_epoch from made union all select lease_epoch from taken`);
  return row === undefined ? undefined : { ...key, owner, epoch: row.leaseEpoch };
}

/** False when the lease was taken by somebody else. */
export async function renewLease(on: Queryable, lease: Lease, ttlMs: number): Promise<boolean> {
  const touched = await on.run(sql`
    update queue_targets set lease_expires_at = clock_timestamp() + ${ttlMs} * interval '1 millisecond', updated_at = clock_timestamp()
    where repository_id = ${lease.repositoryId} and target = ${lease.target} and lease_owner = ${lease.owner} and lease_epoch = ${lease.epoch}`);
  return touched > 0;
}

export async function releaseLease(on: Queryable, lease: Lease): Promise<void> {
  await on.run(sql`
    update queue_targets set lease_owner = null, lease_expires_at = null, updated_at = clock_timestamp()
    where repository_id = ${lease.repositoryId} and target = ${lease.target} and lease_owner = ${lease.owner} and lease_epoch = ${lease.epoch}`);
}

/**
 * Whether the lease is still ours, and it stays so until the transaction ends: a take-over must change the locked row. What
 * is done to the branch in this transaction is therefore done by its one writer.
 */
export async function holdLease(tx: Tx, lease: Lease): Promise<boolean> {
  const row = await tx.maybe(sql<{ leaseEpoch: number }>`
    select lease_epoch from queue_targets
    where repository_id = ${lease.repositoryId} and target = ${lease.target} and lease_owner = ${lease.owner} and lease_epoch = ${lease.epoch}
    for update`);
  return row !== undefined;
}

/** Targets with something to do that nobody holds: entries to land, or a landed tree whose verification is owed. */
export async function listFreeTargets(on: Queryable): Promise<TargetKey[]> {
  return on.all(sql<TargetKey>`
    select work.repository_id, work.target
    from (
      select repository_id, target from change_requests where state in ('queued', 'merging', 'verifying', 'publishing')
      union
      select repository_id, target from queue_targets where audit is not null
    ) work
    left join queue_targets held on held.repository_id = work.repository_id and held.target = work.target
    where ${IS_FREE}
    order by 1, 2`);
}

/** What a target is told to do and what its builds have taught. */
export interface TargetState {
  control: TargetControl;
  controlBy: string | null;
  controlReason: string | null;
  controlAt: Date | null;
  batchLimit: number;
  /** The last commit the queue itself put on the branch. */
  landedCommit: string | null;
  /** The head as last announced (`target.moved`). */
  announcedCommit: string | null;
  /** What landed before its combined tree was verified; null when every landed tree was. */
  audit: Audit | null;
}

const FRESH: TargetState = {
  control: 'running',
  controlBy: null,
  controlReason: null,
  controlAt: null,
  batchLimit: 2,
  landedCommit: null,
  announcedCommit: null,
  audit: null,
};

/** A target nobody has worked on yet is as new. */
export async function readTarget(on: Queryable, key: TargetKey): Promise<TargetState> {
  const row = await on.maybe(sql<TargetState>`
    select control, control_by, control_reason, control_at, batch_limit, landed_commit, announced_commit, audit
    from queue_targets where repository_id = ${key.repositoryId} and target = ${key.target}`);
  return row ?? FRESH;
}

/** Writes what the holder of the lease learnt: the named columns alone, because checks end while the loop lands. */
export async function saveTarget(
  tx: Tx,
  key: TargetKey,
  change: Partial<Pick<TargetState, 'batchLimit' | 'landedCommit' | 'announcedCommit' | 'audit'>>,
): Promise<void> {
  const { batchLimit, landedCommit, announcedCommit, audit } = change;
  const sets = [
    ...(batchLimit === undefined ? [] : [sql`batch_limit = ${batchLimit}`]),
    ...(landedCommit === undefined ? [] : [sql`landed_commit = ${landedCommit}`]),
    ...(announcedCommit === undefined ? [] : [sql`announced_commit = ${announcedCommit}`]),
    ...(audit === undefined ? [] : [audit === null ? sql`audit = null` : sql`audit = ${json(audit)}`]),
    sql`updated_at = clock_timestamp()`,
  ];
  await tx.run(sql`update queue_targets set ${sql.join(sets)} where repository_id = ${key.repositoryId} and target = ${key.target}`);
}

/** Sets the control and journals it; answers what it was before. Makes the row of a target nobody has worked on. */
export async function saveControl(
  tx: Tx,
  key: TargetKey,
  change: { control: TargetControl; event: string; by: string; reason: string | null; at: Date },
): Promise<TargetControl> {
  await tx.run(sql`
    insert into queue_targets (repository_id, target) values (${key.repositoryId}, ${key.target}) on conflict do nothing`);
  const before = await tx.one(sql<{ control: TargetControl }>`
    select control from queue_targets where repository_id = ${key.repositoryId} and target = ${key.target} for update`);
  if (before.control === change.control) return before.control;
  await tx.run(sql`
    update queue_targets set control = ${change.control}, control_by = ${change.by}, control_reason = ${change.reason}, control_at = ${change.at},
      updated_at = clock_timestamp()
    where repository_id = ${key.repositoryId} and target = ${key.target}`);
  await tx.run(sql`
    insert into queue_target_journal (repository_id, target, at, event, from_control, to_control, actor, reason)
    values (${key.repositoryId}, ${key.target}, ${change.at}, ${change.event}, ${before.control}, ${change.control}, ${change.by}, ${change.reason})`);
  return before.control;
}

/** One change of a target's control. */
export interface ControlRow {
  at: Date;
  event: string;
  fromControl: TargetControl;
  toControl: TargetControl;
  actor: string;
  reason: string | null;
}

/** Oldest first. */
export async function listControls(on: Queryable, key: TargetKey): Promise<ControlRow[]> {
  return on.all(sql<ControlRow>`
    select at, event, from_control, to_control, actor, reason from queue_target_journal
    where repository_id = ${key.repositoryId} and target = ${key.target} order by ordinal`);
}
