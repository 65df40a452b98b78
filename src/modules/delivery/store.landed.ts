import { sql, type Queryable } from '#platform/db/index.ts';

/** A pull request of ours that is merged, with where it landed. */
export interface LandedRow {
  id: string;
  workItemId: string | null;
  projectId: string;
  repositoryId: string;
  number: number;
  title: string;
  baseBranch: string;
  mergeSha: string;
}

/** What landed in a repository within the last days, the newest first. */
export function landedSince(on: Queryable, repositoryId: string, days: number): Promise<LandedRow[]> {
  return on.all(sql<LandedRow>`select id, work_item_id, project_id, repository_id, number, title, base_branch, merge_sha from pulls
    where repository_id = ${repositoryId} and work_item_id is not null and state = 'merged' and merge_sha is not null and updated_at > now() - make_interval(days => ${days})
    order by updated_at desc limit 200`);
}

/** Repositories in which something landed within the last days. */
export async function repositoriesLandedIn(on: Queryable, days: number): Promise<string[]> {
  const rows = await on.all(sql<{ repositoryId: string }>`select distinct repository_id from pulls
    where work_item_id is not null and state = 'merged' and updated_at > now() - make_interval(days => ${days}) order by repository_id`);
  return rows.map((row) => row.repositoryId);
}

/** Open pull requests of ours into this branch. */
export function openPullsInto(on: Queryable, repositoryId: string, baseBranch: string): Promise<Array<{ id: string; workItemId: string | null }>> {
  return on.all(sql<{ id: string; workItemId: string | null }>`select id, work_item_id from pulls
    where repository_id = ${repositoryId} and work_item_id is not null and base_branch = ${baseBranch} and state = 'open' order by id`);
}
