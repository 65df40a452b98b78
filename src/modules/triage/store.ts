import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { StoredTriage, TriageResult } from './model.ts';

/** The new result becomes the current one; the old one stays as history. Two at once for one item wait for each other. */
export async function insertResult(tx: Tx, workItemId: string, result: TriageResult): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`triage:${workItemId}`}, 0))`);
  await tx.run(sql`update triage_results set current = false where work_item_id = ${workItemId} and current`);
  await withIntegrity({ missing: 'There is no such work item.' }, () =>
    tx.run(sql`insert into triage_results (work_item_id, route, decided_by, prompt_hash, result)
      values (${workItemId}, ${result.route}, ${result.by}, ${result.promptHash}, ${json(result)})`),
  );
}

export function currentResult(on: Queryable, workItemId: string): Promise<StoredTriage | undefined> {
  return on.maybe(
    sql<StoredTriage>`select seq, work_item_id, current, result, created_at from triage_results where work_item_id = ${workItemId} and current`,
  );
}

export function resultsOf(on: Queryable, workItemId: string): Promise<StoredTriage[]> {
  return on.all(
    sql<StoredTriage>`select seq, work_item_id, current, result, created_at from triage_results where work_item_id = ${workItemId} order by seq desc`,
  );
}
