import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { PeoplePull } from './model.people.ts';

const COLUMNS = sql`pull_id, author, generation, running, wanted, wanted_at, reviewed_sha, ended_as`;

export async function peoplePull(on: Queryable, pullId: string): Promise<PeoplePull | null> {
  return (await on.maybe(sql<PeoplePull>`select ${COLUMNS} from people_pulls where pull_id = ${pullId}`)) ?? null;
}

/**
 * The row of a pull request by its number, or null; until the transaction ends whatever else is told of the same one waits, also while there is no
 * row to hold.
 */
export async function lockPull(
  tx: Tx,
  { repositoryId, number }: { repositoryId: string; number: number },
): Promise<{ id: string; workItemId: string | null; state: 'open' | 'merged' | 'closed' } | null> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`reeve.people_pull:${repositoryId}:${number}`}, 0))`);
  const row = await tx.maybe(sql<{ id: string; workItemId: string | null; state: 'open' | 'merged' | 'closed' }>`
    select id, work_item_id, state from pulls where repository_id = ${repositoryId} and number = ${number} for update`);
  return row ?? null;
}

/**
 * Whether the forge told something newer of a pull request than this fact, at the same instant not. What was only read of its past does not count:
 * nothing follows from that.
 */
export async function isOvertaken(on: Queryable, of: { forge: string; repository: string; number: number; updatedAt: string }): Promise<boolean> {
  const newer = await on.maybe(sql`select 1 from events e
    where e.forge = ${of.forge} and lower(e.repository) = lower(${of.repository}) and e.number = ${of.number} and e.kind like 'pull.%' and not e.backfilled
      and (e.document -> 'pull' ->> 'updated_at')::timestamptz > ${of.updatedAt}::timestamptz limit 1`);
  return newer !== undefined;
}

/** Made when it is not there; its row is held until the transaction ends. */
export async function lockPeoplePull(tx: Tx, of: { pullId: string; author: string }): Promise<PeoplePull> {
  await tx.run(sql`insert into people_pulls (pull_id, author) values (${of.pullId}, ${of.author}) on conflict do nothing`);
  return tx.one(sql<PeoplePull>`select ${COLUMNS} from people_pulls where pull_id = ${of.pullId} for update`);
}

/** Something new is wanted, as it was decided under the lock of its row; `generation` is raised where a round has to be begun for it. */
export async function want(tx: Tx, pullId: string, { generation, at }: { generation: number; at: Date }): Promise<void> {
  await tx.run(sql`update people_pulls set wanted = wanted + 1, wanted_at = ${at}, running = true, generation = ${generation}, ended_as = null
    where pull_id = ${pullId}`);
}

/** The first end counts: a stop stays one when the pull request is closed afterwards. */
export async function endHelp(on: Queryable, pullId: string, as: NonNullable<PeoplePull['endedAs']>): Promise<void> {
  await on.run(sql`update people_pulls set ended_as = ${as} where pull_id = ${pullId} and ended_as is null`);
}

export async function noteReviewed(on: Queryable, pullId: string, headSha: string): Promise<void> {
  await on.run(sql`update people_pulls set reviewed_sha = ${headSha} where pull_id = ${pullId}`);
}

/** Ends a round that saw all that was wanted. False: something was wanted meanwhile. */
export async function endRound(on: Queryable, pullId: string, wanted: number): Promise<boolean> {
  return (await on.run(sql`update people_pulls set running = false where pull_id = ${pullId} and wanted = ${wanted}`)) > 0;
}

/** The run for a head and role: the given id, or the one that was kept before. */
export async function claimRun(on: Queryable, run: { pullId: string; headSha: string; role: 'reviewer' | 'tester'; runId: string }): Promise<string> {
  await on.run(sql`insert into people_pull_runs (pull_id, head_sha, role, run_id)
    values (${run.pullId}, ${run.headSha}, ${run.role}, ${run.runId}) on conflict do nothing`);
  const row = await on.one(sql<{ runId: string }>`select run_id from people_pull_runs
    where pull_id = ${run.pullId} and head_sha = ${run.headSha} and role = ${run.role}`);
  return row.runId;
}
