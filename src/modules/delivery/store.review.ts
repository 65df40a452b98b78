import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { toStorableJson, toStorableText } from '#kernel/text.ts';
import type { FixTask, FixThread, PullFix } from './model.review.ts';

/** What was asked of the story of this workflow and has not ended. */
export function openFix(on: Queryable, workflowId: string): Promise<PullFix | undefined> {
  return on.maybe(sql<PullFix>`select * from pull_fixes where workflow_id = ${workflowId} and ended_at is null`);
}

export function fixById(on: Queryable, id: string): Promise<PullFix | undefined> {
  return on.maybe(sql<PullFix>`select * from pull_fixes where id = ${id}`);
}

export function fixByKey(on: Queryable, key: string): Promise<PullFix | undefined> {
  return on.maybe(sql<PullFix>`select * from pull_fixes where key = ${key}`);
}

/** False: one is under way already, or this one was asked before. */
export async function insertFix(tx: Tx, fix: Pick<PullFix, 'id' | 'key' | 'pullId' | 'workflowId' | 'what' | 'askedBy'>): Promise<boolean> {
  return (
    (await tx.run(sql`insert into pull_fixes (id, key, pull_id, workflow_id, what, asked_by)
      values (${fix.id}, ${fix.key}, ${fix.pullId}, ${fix.workflowId}, ${fix.what}, ${fix.askedBy}) on conflict do nothing`)) > 0
  );
}

/** Takes it up once; what it is about stays as it was then. */
export async function beginFix(tx: Tx, id: string, about: { workflowId: string; threads: FixThread[]; conflicts: string[] }): Promise<void> {
  await tx.run(sql`update pull_fixes set state = 'begun', threads = ${json(toStorableJson(about.threads))}, conflicts = ${json(toStorableJson(about.conflicts))},
      number = (select count(*) + 1 from pull_fixes where workflow_id = ${about.workflowId} and number is not null)
    where id = ${id} and state = 'asked'`);
}

export async function setFixTasks(tx: Tx, id: string, tasks: FixTask[]): Promise<void> {
  await tx.run(sql`update pull_fixes set tasks = ${json(toStorableJson(tasks))} where id = ${id} and tasks is null`);
}

/** With the story ends what was asked of it. What had landed is pushed no more. */
export async function endFixes(on: Queryable, workflowId: string, why: string): Promise<void> {
  await on.run(sql`update pull_fixes set state = 'failed', detail = ${toStorableText(`The story ended before: ${why}`)}, ended_at = clock_timestamp()
    where workflow_id = ${workflowId} and ended_at is null`);
}

/** `landed` is not the end: what was mended is to be pushed and told first. */
export async function setFixState(
  on: Queryable,
  id: string,
  { state, detail }: { state: 'landed' | 'done' | 'failed' | 'nothing'; detail: string | null },
): Promise<void> {
  await on.run(sql`update pull_fixes set state = ${state}, detail = ${detail === null ? null : toStorableText(detail)},
      ended_at = case when ${state} = 'landed' then null else clock_timestamp() end
    where id = ${id} and ended_at is null`);
}

export async function saveObjection(on: Queryable, objection: { pullId: string; headSha: string; author: string; personId: string }): Promise<void> {
  await on.run(sql`insert into pull_objections (pull_id, head_sha, author, person_id)
    values (${objection.pullId}, ${objection.headSha}, ${objection.author}, ${objection.personId}) on conflict do nothing`);
}

/** Logins of those who asked for changes of any head since remarks of reviews were last worked on: a new commit alone answers nobody. */
export async function objectorsTo(on: Queryable, pullId: string): Promise<string[]> {
  const rows = await on.all(
    sql<{ author: string }>`select distinct author from pull_objections o where pull_id = ${pullId} and not exists (
        select 1 from pull_fixes f
        where f.pull_id = o.pull_id and f.what = 'reviews' and f.state in ('landed', 'done') and f.asked_at > o.created_at)
      order by author`,
  );
  return rows.map(({ author }) => author);
}
