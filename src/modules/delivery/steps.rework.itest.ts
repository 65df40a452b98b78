import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { mergeBaseIn } from './steps.rework.ts';
import { createDeliveryStore } from './store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

type Given = Parameters<typeof mergeBaseIn>;

/** A branch that is behind its base, at the git port; whatever is asked beside it is not there. */
function behind(seen: string[]): Given[0] {
  const mirror = {
    fetch: async () => {},
    resolve: async (ref: string) => (ref.startsWith('refs/heads/') ? 'branch' : 'target'),
    isAncestor: async () => false,
    mergeBase: async () => 'base',
    merge: async () => ({ kind: 'clean', tree: 'tree' }),
    commit: async () => 'brought',
    async compareAndSwap(_ref: string, _from: string, to: string) {
      const rows = await database.db.all(sql<{ sha: string }>`select sha from own_commits`);
      seen.push(...rows.map(({ sha }) => `${sha} before ${to}`));
      return true;
    },
  };
  return { db: database.db, mirror: async () => mirror, clock: { now: () => new Date(0) } } as unknown as Given[0];
}

test('a branch that Reeve brings up to date is known as its own work before anybody can find it there, also when it is done again', async () => {
  await database.db.run(sql`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')`);
  await database.db.run(
    sql`insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'local', 'acme/shop', 'main')`,
  );
  const item = { id: 'iss_1', number: 1, targetBranch: 'ai-1' };
  const subject = { repository: { id: 'repo_1', defaultBranch: 'main' }, item, story: { options: {} } } as unknown as Given[1];
  const seen: string[] = [];
  for (let time = 0; time < 2; time += 1) await mergeBaseIn(behind(seen), subject, 'plan_1', []);
  expect(seen).toEqual(['brought before brought', 'brought before brought']);
});

test('what somebody landed on the branch of a story before it opened the branch is no leftover of an earlier one', async () => {
  const { db } = database;
  await db.run(sql`insert into work_items (id, project_id, repository_id, source, external_id, title, body, state, target_branch)
    values ('iss_2', 'proj_1', 'repo_1', 'request', 'r2', 'Cart', '', 'in_progress', 'reeve/cart')`);
  await db.run(sql`insert into stories (workflow_id, work_item_id, generation, kind, started_by, started_at, options)
    values ('story_2', 'iss_2', 1, 'request', 'person:ann', '2026-01-02', '{}')`);
  const used = () => createDeliveryStore().isTargetInUse(db, { repositoryId: 'repo_1', branch: 'reeve/cart', workItemId: 'iss_2' });
  const land = (attempt: number, at: string) =>
    db.run(sql`insert into change_requests (id, project_id, repository_id, work_item_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect, state, landed_commit, landed_tree, landed_at, rung)
      values (${`cr_${attempt}`}, 'proj_1', 'repo_1', 'iss_2', 'reeve/cart', 'task_1', ${attempt}, '{}', ${'0'.repeat(64)}, 'person:ann', '{"kind":"mirror"}', 'tree', '[]', 'landed', 'commit', 'tree', ${at}::timestamptz, 'R0')`);
  await land(1, '2026-01-01');
  expect(await used()).toBe(false);
  await land(2, '2026-01-03');
  expect(await used()).toBe(true);
});
