import { sql, type Queryable } from '#platform/db/index.ts';
import type { CheckResult } from '#ports/forge-read.ts';
import type { Pull } from './model.ts';

/** One red check that an agent was sent to. */
export interface CiRetryRow {
  headSha: string;
  checkName: string;
  number: number;
  taskId: string;
  firstAttempt: number;
  feedback: string;
  summary: string;
}

/** What the story of this workflow had retried, in the order of trying. */
export function ciRetries(on: Queryable, workflowId: string): Promise<CiRetryRow[]> {
  return on.all(sql<CiRetryRow>`select head_sha, check_name, number, task_id, first_attempt, feedback, summary from ci_retries
    where workflow_id = ${workflowId} order by number, check_name`);
}

/** Again is no error: the first one stays. */
export async function saveCiRetry(on: Queryable, retry: CiRetryRow & { pullId: string; workflowId: string }): Promise<void> {
  await on.run(sql`insert into ci_retries (pull_id, head_sha, check_name, workflow_id, number, task_id, first_attempt, feedback, summary)
    values (${retry.pullId}, ${retry.headSha}, ${retry.checkName}, ${retry.workflowId}, ${retry.number}, ${retry.taskId}, ${retry.firstAttempt},
      ${retry.feedback}, ${retry.summary})
    on conflict do nothing`);
}

/** The first verdict on a head stays, whatever is run again on it. */
export async function saveCiVerdict(
  on: Queryable,
  { pullId, headSha, verdict }: { pullId: string; headSha: string; verdict: 'green' | 'red' },
): Promise<void> {
  await on.run(sql`insert into ci_verdicts (pull_id, head_sha, verdict) values (${pullId}, ${headSha}, ${verdict}) on conflict do nothing`);
}

/** Open pull requests of ours with this head; one of a person's may have the default branch's own head, and says nothing of it. */
export function openPullsAt(
  on: Queryable,
  repositoryId: string,
  headSha: string,
): Promise<Array<Pick<Pull, 'id' | 'workItemId' | 'projectId' | 'number'>>> {
  return on.all(sql<Pick<Pull, 'id' | 'workItemId' | 'projectId' | 'number'>>`select id, work_item_id, project_id, number from pulls
    where repository_id = ${repositoryId} and head_sha = ${headSha} and state = 'open' and work_item_id is not null order by id`);
}

/**
 * What a forge told of the checks of a commit, one result for each name: the newest of those with runs of their own; of statuses, of which it is not known
 * which came last, the one that lets the least pass.
 */
export function toldChecks(
  on: Queryable,
  { repositoryId, source, headSha }: { repositoryId: string; source: string; headSha: string },
): Promise<Array<Pick<CheckResult, 'name' | 'conclusion' | 'summary'> & { id: string | null }>> {
  return on.all(sql`select distinct on (name) name, conclusion, summary, case when external_id ~ '^[0-9]+$' then external_id end as id from ci_results
    where repository_id = ${repositoryId} and head_sha = ${headSha} and source = ${source}
    order by name, external_id ~ '^[0-9]+$' desc, case when external_id ~ '^[0-9]+$' then created_at end desc,
      array_position(array['failure', 'cancelled', 'neutral', 'success'], conclusion)`);
}

/** Whether a forge ever told the result of a check of its own in this repository. */
export async function hasForgeResults(on: Queryable, repositoryId: string): Promise<boolean> {
  return (await on.maybe(sql`select 1 from ci_results where repository_id = ${repositoryId} and source <> 'reeve' limit 1`)) !== undefined;
}

/** For how many ms, by the database's clock, no check of the forge has shown a new result on this commit; null: none ever did. */
export async function quietForMs(on: Queryable, repositoryId: string, headSha: string): Promise<number | null> {
  const row = await on.maybe(sql<{
    ms: number | null;
  }>`select (extract(epoch from clock_timestamp() - max(created_at)) * 1000)::float8 as ms from ci_results
    where repository_id = ${repositoryId} and head_sha = ${headSha} and source <> 'reeve'`);
  return row?.ms ?? null;
}
