import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { PeopleFix } from './model.people.fix.ts';

const COLUMNS = sql`pull_id, comment_id, what, asked_by, handle, run_id, head_sha, work_commit, second_parent, feedback, conflicts, fix_sha`;

/** False: this comment asked before. */
export async function insertFix(tx: Tx, fix: Pick<PeopleFix, 'pullId' | 'commentId' | 'what' | 'askedBy' | 'handle'>): Promise<boolean> {
  return (
    (await tx.run(sql`insert into people_pull_fixes (pull_id, comment_id, what, asked_by, handle)
      values (${fix.pullId}, ${fix.commentId}, ${fix.what}, ${fix.askedBy}, ${fix.handle}) on conflict do nothing`)) > 0
  );
}

/** The oldest wish that is not done. */
export async function openFix(on: Queryable, pullId: string): Promise<PeopleFix | null> {
  return (
    (await on.maybe(sql<PeopleFix>`select ${COLUMNS} from people_pull_fixes
      where pull_id = ${pullId} and ended_at is null order by created_at, comment_id limit 1`)) ?? null
  );
}

/** Keeps what the agent begins with; the first time counts. */
export async function beginFix(
  on: Queryable,
  fix: PeopleFix,
  work: { runId: string; headSha: string; workCommit: string; secondParent: string | null; feedback: string; conflicts: readonly string[] },
): Promise<PeopleFix> {
  await on.run(sql`update people_pull_fixes set run_id = ${work.runId}, head_sha = ${work.headSha}, work_commit = ${work.workCommit},
    second_parent = ${work.secondParent}, feedback = ${work.feedback}, conflicts = ${[...work.conflicts]} where pull_id = ${fix.pullId} and comment_id = ${fix.commentId} and run_id is null`);
  return on.one(sql<PeopleFix>`select ${COLUMNS} from people_pull_fixes where pull_id = ${fix.pullId} and comment_id = ${fix.commentId}`);
}

/** The commit that is to be pushed; the first one made counts. */
export async function keepFixCommit(on: Queryable, fix: PeopleFix, sha: string): Promise<string> {
  await on.run(
    sql`update people_pull_fixes set fix_sha = ${sha} where pull_id = ${fix.pullId} and comment_id = ${fix.commentId} and fix_sha is null`,
  );
  const row = await on.one(
    sql<{ fixSha: string }>`select fix_sha from people_pull_fixes where pull_id = ${fix.pullId} and comment_id = ${fix.commentId}`,
  );
  return row.fixSha;
}

export async function endFix(on: Queryable, fix: Pick<PeopleFix, 'pullId' | 'commentId'>): Promise<void> {
  await on.run(
    sql`update people_pull_fixes set ended_at = coalesce(ended_at, now()) where pull_id = ${fix.pullId} and comment_id = ${fix.commentId}`,
  );
}
