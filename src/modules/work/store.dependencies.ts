import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { WorkItemId } from '#kernel/ids.ts';
import type { Dependencies } from './model.ts';

// Any constant that is ours. Two transactions adding a->b and b->a would each see no circle; they wait for each other here.
const DEPENDENCY_LOCK = 7_233_311_005;

export async function lockDependencies(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${DEPENDENCY_LOCK}::bigint)`);
}

/** Whether `to` is reached from `from` by following "blocks". */
export async function reaches(tx: Tx, from: string, to: string): Promise<boolean> {
  const row = await tx.one(sql<{ found: boolean }>`with recursive path (id) as (
      select ${from}::text
      union
      select blocked_id from work_dependencies join path on blocker_id = path.id
    ) select exists (select from path where id = ${to}) as found`);
  return row.found;
}

/** False when it was there already. */
export async function insertDependency(tx: Tx, blockerId: string, blockedId: string): Promise<boolean> {
  return withIntegrity({ missing: 'One of the two issues does not exist.' }, async () => {
    const inserted = await tx.run(
      sql`insert into work_dependencies (blocker_id, blocked_id) values (${blockerId}, ${blockedId}) on conflict do nothing`,
    );
    return inserted > 0;
  });
}

/** False when there was none. */
export async function deleteDependency(tx: Tx, blockerId: string, blockedId: string): Promise<boolean> {
  return (await tx.run(sql`delete from work_dependencies where blocker_id = ${blockerId} and blocked_id = ${blockedId}`)) > 0;
}

export async function dependenciesOf(on: Queryable, id: string): Promise<Dependencies> {
  const rows = await on.all(sql<{ blockerId: WorkItemId; blockedId: WorkItemId }>`select blocker_id, blocked_id from work_dependencies
    where blocker_id = ${id} or blocked_id = ${id} order by created_at, blocker_id, blocked_id`);
  return {
    blocks: rows.filter((row) => row.blockerId === id).map((row) => row.blockedId),
    blockedBy: rows.filter((row) => row.blockedId === id).map((row) => row.blockerId),
  };
}
