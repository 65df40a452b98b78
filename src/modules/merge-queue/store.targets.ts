import { sql, type Queryable, type Tx } from '#platform/db/index.ts';

export interface TargetKey {
  repositoryId: string;
  target: string;
}

/** The right to write one target. `epoch` is the fencing token: a later holder has a higher one. */
export interface Lease extends TargetKey {
  owner: string;
  epoch: number;
}

/** Takes the lease when it is free or has run out (on the database's clock); undefined when somebody holds it. */
export async function acquireLease(on: Queryable, key: TargetKey, owner: string, ttlMs: number): Promise<Lease | undefined> {
  const row = await on.maybe(sql<{ leaseEpoch: number }>`
    insert into queue_targets as held (repository_id, target, lease_owner, lease_epoch, lease_expires_at)
    values (${key.repositoryId}, ${key.target}, ${owner}, 1, clock_timestamp() + ${ttlMs} * interval '1 millisecond')
    on conflict (repository_id, target) do update
      set lease_owner = excluded.lease_owner, lease_epoch = held.lease_epoch + 1, lease_expires_at = excluded.lease_expires_at, updated_at = clock_timestamp()
      where held.lease_owner is null or held.lease_expires_at < clock_timestamp()
    returning lease_epoch`);
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

/** Targets with something to do that nobody holds. */
export async function listFreeTargets(on: Queryable): Promise<TargetKey[]> {
  return on.all(sql<TargetKey>`
    select distinct entry.repository_id, entry.target
    from change_requests entry
    left join queue_targets held on held.repository_id = entry.repository_id and held.target = entry.target
    where entry.state in ('queued', 'merging', 'verifying', 'publishing')
      and (held.lease_owner is null or held.lease_expires_at < clock_timestamp())
    order by 1, 2`);
}
