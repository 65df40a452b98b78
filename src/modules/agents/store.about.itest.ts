import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { aboutRuns } from './store.about.ts';

let database: TestDatabase;
const put = (text: string, values: unknown[] = []) => database.pool.query(text, values);
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 0, minute));

beforeAll(async () => {
  database = await createTestDatabase();
  await put("insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')");
  await put("insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'local', 'acme/shop', 'main')");
  await put(
    "insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ('iss_1', 'proj_1', 'repo_1', 'local', '7', 7, 'Cart')",
  );
});
afterAll(() => database.close());

const run = (id: string, issue: string | null, state: string, attempt: number) =>
  put(
    `insert into agent_runs (id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, state, outcome, branch, sandbox, sealed)
     values ($1, $2, 'proj_1', 'repo_1', 'coder', 'coder', $3, 'b', 'main', $4, $5, $1, 'none', false)`,
    [id, issue, attempt, state, state === 'succeeded' ? '{}' : null],
  );
const pull = (id: string, issue: string | null, number: number) =>
  put(
    `insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url, created_at)
     values ($1, $2, 'proj_1', 'repo_1', $3, $1, 'open', false, $1, 'main', 'sha', 'u', $4)`,
    [id, issue, number, at(number)],
  );
const progress = (id: string, subject: string, message: string, minute: number) =>
  put(
    "insert into outbox (id, type, subject, work_item_id, project_id, data, occurred_at) values ($1, 'run.progress', $2, 'iss_1', 'proj_1', $3, $4)",
    [id, subject, JSON.stringify({ message, fraction: 0.5 }), at(minute)],
  );
const ask = (id: string, state: string, minute: number) =>
  put(
    `insert into agent_questions (id, run_id, execution, work_item_id, project_id, agent, role, question, state, asked_at, expires_at, ended_at)
     values ($1, 'run_on', 1, 'iss_1', 'proj_1', 'coder', 'coder', 'Which?', $2, $3, $3, $4)`,
    [id, state, at(minute), state === 'waiting' ? null : at(minute)],
  );

test('a run tells its issue, the newest pull request of it, what it asks, and how far it is while it goes on', async () => {
  await run('run_on', 'iss_1', 'running', 1);
  await run('run_over', 'iss_1', 'succeeded', 2);
  await pull('pull_old', 'iss_1', 3);
  await pull('pull_new', 'iss_1', 4);
  await progress('evt_1', 'run_on', 'Reads', 5);
  await progress('evt_2', 'run_on', 'Writes', 6);
  await progress('evt_3', 'run_over', 'Ends', 7);
  await ask('que_1', 'expired', 8);
  await ask('que_2', 'waiting', 9);
  const about = await aboutRuns(database.db, ['run_on', 'run_over', 'run_none']);
  expect([...about.keys()].toSorted()).toEqual(['run_on', 'run_over']);
  expect(about.get('run_on')).toMatchObject({
    project: 'shop',
    repository: 'acme/shop',
    issueNumber: 7,
    issueTitle: 'Cart',
    taskTitle: null,
    pullId: 'pull_new',
    pullNumber: 4,
    questionId: 'que_2',
    progress: { message: 'Writes', fraction: 0.5, step: null, at: at(6) },
  });
  // What an ended run said on its way is of no use any more.
  expect(about.get('run_over')).toMatchObject({ questionId: null, progress: null });
  expect(await aboutRuns(database.db, [])).toEqual(new Map());
});

test('a run that reviewed the pull request of a person, or mended it, tells that one', async () => {
  await run('run_review', null, 'succeeded', 1);
  await run('run_fix', null, 'succeeded', 1);
  await pull('pull_theirs', null, 10);
  await put("insert into people_pulls (pull_id, author) values ('pull_theirs', 'mia')");
  await put("insert into people_pull_runs (pull_id, head_sha, role, run_id) values ('pull_theirs', 'sha', 'reviewer', 'run_review')");
  await put("insert into people_pull_fixes (pull_id, comment_id, what, asked_by, run_id) values ('pull_theirs', 'c1', 'reviews', 'mia', 'run_fix')");
  const about = await aboutRuns(database.db, ['run_review', 'run_fix']);
  expect(['run_review', 'run_fix'].map((id) => about.get(id)?.pullId)).toEqual(['pull_theirs', 'pull_theirs']);
  expect(about.get('run_review')).toMatchObject({ issueNumber: null, progress: null });
});
