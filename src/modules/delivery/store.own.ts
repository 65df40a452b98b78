import { sql, type Queryable } from '#platform/db/index.ts';

/** Keeps that Reeve made this commit, before it is on a branch: whoever finds it there knows that no person did. Again is no error. */
export async function saveOwnCommit(on: Queryable, repositoryId: string, sha: string): Promise<void> {
  await on.run(sql`insert into own_commits (repository_id, sha) values (${repositoryId}, ${sha}) on conflict do nothing`);
}
