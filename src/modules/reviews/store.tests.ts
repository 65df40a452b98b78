import { sql, type Queryable } from '#platform/db/index.ts';
import { toStorableText } from '#kernel/text.ts';
import type { TestRound } from './model.tests.ts';

const COLUMNS = sql`pull_id, head_sha, mode, run_id, task_id, first_attempt, feedback, told, workflow_id`;

/** The round of a head; the given one is kept where there is none. */
export async function keepTestRound(on: Queryable, round: TestRound): Promise<TestRound> {
  await on.run(sql`insert into test_rounds (pull_id, head_sha, mode, run_id, task_id, first_attempt, feedback, told, workflow_id)
    values (${round.pullId}, ${round.headSha}, ${round.mode}, ${round.runId}, ${round.taskId}, ${round.firstAttempt}, ${toStorableText(round.feedback)},
      ${round.told}, ${round.workflowId}) on conflict do nothing`);
  return on.one(sql<TestRound>`select ${COLUMNS} from test_rounds where pull_id = ${round.pullId} and head_sha = ${round.headSha}`);
}

export async function testRound(on: Queryable, pullId: string, headSha: string): Promise<TestRound | null> {
  return (await on.maybe(sql<TestRound>`select ${COLUMNS} from test_rounds where pull_id = ${pullId} and head_sha = ${headSha}`)) ?? null;
}

/** Whether this story had tests written before. */
export async function hasWritten(on: Queryable, workflowId: string): Promise<boolean> {
  return (await on.maybe(sql`select 1 from test_rounds where workflow_id = ${workflowId} and mode = 'write' limit 1`)) !== undefined;
}

/** What people are told of a head's round; the first word counts. */
export async function tellRound(on: Queryable, pullId: string, headSha: string, told: string): Promise<void> {
  await on.run(sql`update test_rounds set told = ${toStorableText(told)} where pull_id = ${pullId} and head_sha = ${headSha} and told is null`);
}
