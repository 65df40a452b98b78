import { sql, type Queryable, type Tx } from '#platform/db/index.ts';

/** Table `watched_heads`. */
export async function headsOf(on: Queryable, repositoryId: string): Promise<Map<string, string>> {
  const rows = await on.all(
    sql<{ branch: string; commitId: string }>`select branch, commit_id from watched_heads where repository_id = ${repositoryId}`,
  );
  return new Map(rows.map(({ branch, commitId }) => [branch, commitId]));
}

/** Notes where a branch is; false when it was there already, or another process was faster. */
export async function saveHead(tx: Tx, head: { repositoryId: string; branch: string; from: string | null; to: string }): Promise<boolean> {
  const { repositoryId, branch, from, to } = head;
  const rows =
    from === null
      ? await tx.run(sql`insert into watched_heads (repository_id, branch, commit_id) values (${repositoryId}, ${branch}, ${to})
          on conflict (repository_id, branch) do nothing`)
      : await tx.run(sql`update watched_heads set commit_id = ${to}, seen_at = now()
          where repository_id = ${repositoryId} and branch = ${branch} and commit_id = ${from}`);
  return rows > 0;
}

/** Forgets a removed branch; false when another process was faster. */
export async function removeHead(tx: Tx, head: { repositoryId: string; branch: string; from: string }): Promise<boolean> {
  const rows = await tx.run(
    sql`delete from watched_heads where repository_id = ${head.repositoryId} and branch = ${head.branch} and commit_id = ${head.from}`,
  );
  return rows > 0;
}
