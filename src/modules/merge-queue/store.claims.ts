import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { TargetKey } from './store.targets.ts';

/** A living lease of a task on files of a target. */
export interface ClaimRow {
  taskId: string;
  globs: string[];
  expiresAt: Date;
}

/** Makes claims of one target wait for each other until the transaction ends. */
export async function lockClaims(tx: Tx, key: TargetKey): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`queue_scope_claims ${key.repositoryId} ${key.target}`}, 0))`);
}

/** What lives on the database's clock. */
export async function listClaims(on: Queryable, key: TargetKey): Promise<ClaimRow[]> {
  return on.all(sql<ClaimRow>`
    select task_id, globs, expires_at from queue_scope_claims
    where repository_id = ${key.repositoryId} and target = ${key.target} and expires_at > clock_timestamp() order by claimed_at, task_id`);
}

/** Of several targets at once, each row with its target. */
export async function listClaimsOf(on: Queryable, keys: readonly TargetKey[]): Promise<Array<ClaimRow & TargetKey>> {
  return on.all(sql<ClaimRow & TargetKey>`
    select repository_id, target, task_id, globs, expires_at from queue_scope_claims
    where (repository_id, target) in (select * from unnest(${keys.map((key) => key.repositoryId)}::text[], ${keys.map((key) => key.target)}::text[]))
      and expires_at > clock_timestamp() order by claimed_at, task_id`);
}

/** A new claim of a task takes the place of its old one. */
export async function saveClaim(tx: Tx, key: TargetKey, claim: { taskId: string; globs: readonly string[]; ttlMs: number }): Promise<Date> {
  const row = await tx.one(sql<{ expiresAt: Date }>`
    insert into queue_scope_claims as held (task_id, repository_id, target, globs, expires_at)
    values (${claim.taskId}, ${key.repositoryId}, ${key.target}, ${json(claim.globs)}, clock_timestamp() + ${claim.ttlMs} * interval '1 millisecond')
    on conflict (repository_id, target, task_id) do update set globs = excluded.globs, expires_at = excluded.expires_at,
      claimed_at = case when held.expires_at > clock_timestamp() then held.claimed_at else clock_timestamp() end
    returning expires_at`);
  return row.expiresAt;
}

/** False when the claim has run out or was given back. */
export async function renewClaim(on: Queryable, key: TargetKey, taskId: string, ttlMs: number): Promise<boolean> {
  const touched = await on.run(sql`
    update queue_scope_claims set expires_at = clock_timestamp() + ${ttlMs} * interval '1 millisecond'
    where repository_id = ${key.repositoryId} and target = ${key.target} and task_id = ${taskId} and expires_at > clock_timestamp()`);
  return touched > 0;
}

export async function deleteClaim(on: Queryable, key: TargetKey, taskId: string): Promise<boolean> {
  const touched = await on.run(sql`
    delete from queue_scope_claims where repository_id = ${key.repositoryId} and target = ${key.target} and task_id = ${taskId}`);
  return touched > 0;
}
