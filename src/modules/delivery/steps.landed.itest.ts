import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createGit } from '#connectors/git/index.ts';
import { createRepository, GIT_ENV, type Repository } from '#connectors/git/__fixtures__/repository.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import type { DeliveryDeps, Subject } from './steps.context.ts';
import { createLandedSteps } from './steps.landed.ts';
import { keepWhatMerges, mergeBaseIn } from './steps.rework.ts';

/* The base moved under a pull request: what merges is kept, what does not takes the base's version and is built again. */
let database: TestDatabase;
let repository: Repository;
let mirror: Mirror;
let deps: DeliveryDeps;
const subject = {
  item: { id: 'iss_1', targetBranch: 'ai-7' },
  repository: { id: 'repo_1', defaultBranch: 'main' },
  project: { settings: { regenerate: {} } },
} as unknown as Subject;
let landed: Array<{ taskId: string; attempt: number; document: { changes: Array<{ path: string; from?: string }> } }>;
const entry = (changes: string[]) => ({ taskId: 'task_1', attempt: 1, document: { changes: changes.map((path) => ({ path })) } });

/** `ours` on the branch, then `theirs` on the base. */
async function diverged(ours: Record<string, string>, theirs: Record<string, string>): Promise<{ ours: string; theirs: string }> {
  repository.git('checkout', '--quiet', '-b', 'ai-7');
  const head = repository.commit(ours);
  repository.git('checkout', '--quiet', 'main');
  await mirror.fetch();
  await mirror.compareAndSwap('refs/heads/ai-7', null, head);
  return { ours: head, theirs: Object.keys(theirs).length === 0 ? repository.git('rev-parse', 'main') : repository.commit(theirs) };
}
const shown = async (path: string) => (await mirror.readFile('refs/heads/ai-7', path))?.toString('utf8') ?? null;
const left = () => createLandedSteps(deps).whyLeftQueue('iss_1');

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  await db.run(sql`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}'::jsonb)`);
  await db.run(
    sql`insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')`,
  );
});
afterAll(() => database.close());
beforeEach(async () => {
  landed = [entry(['a.txt'])];
  repository = createRepository();
  repository.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  mirror = await createGit({ env: GIT_ENV }).mirror({ dir: `${repository.root}/mirror.git`, source: repository.dir });
  const parts = {
    db: database.db,
    clock: systemClock,
    mirror: async () => mirror,
    planning: { tasks: async () => [{ id: 'task_1' }, { id: 'task_2' }] },
    queue: {
      list: async ({ state }: { state: string }) => ({ items: state === 'landed' ? landed : [] }),
      get: async () => ({
        updatedAt: new Date(0),
        quarantine: { kind: 'conflict', conflicts: [{ path: 'a.txt', message: 'both changed it', ours: null, theirs: null }], head: null },
      }),
    },
    store: { pullOfWorkItem: async () => ({ number: 9 }), currentStory: async () => ({ workflowId: 'w' }) },
    work: { get: async () => ({ ...subject.item, repositoryId: 'repo_1', projectId: 'proj_1' }) },
    projects: { repository: async () => ({ ...subject.repository, forge: 'github', name: 'acme/shop' }), get: async () => ({}) },
    forge: () => ({ queueState: async () => ({ state: 'left', at: new Date(0), cause: 'conflict', because: 'MERGE_CONFLICT' }) }),
  };
  deps = parts as unknown as DeliveryDeps;
});
afterEach(() => repository.remove());

test("what the forge's queue gave back is found again on the branch: the conflict by path, and what merges is brought in", async () => {
  const heads = await diverged({ 'a.txt': 'ours\n', 'c.txt': 'c\n' }, { 'a.txt': 'theirs\n', 'b.txt': 'b2\n' });
  const why = await left();
  expect(why).toEqual({ cause: 'conflict', behind: true, conflicts: ['a.txt'] });
  const again = await mergeBaseIn(deps, subject, 'plan_1', why.conflicts);
  expect(again).toEqual([{ taskId: 'task_1', firstAttempt: 2, feedback: expect.stringContaining('main changed these files as well') as string }]);
  expect([await shown('a.txt'), await shown('b.txt'), await shown('c.txt')]).toEqual(['theirs\n', 'b2\n', 'c\n']);
  const head = (await mirror.resolve('refs/heads/ai-7')) ?? '';
  expect([await mirror.isAncestor(heads.ours, head), await mirror.isAncestor(heads.theirs, head)]).toEqual([true, true]);
  // Run again after a crash: the base is in it, and the same task is named.
  expect(await mergeBaseIn(deps, subject, 'plan_1', why.conflicts)).toEqual(again);
  expect(await mirror.resolve('refs/heads/ai-7')).toBe(head);
});

test('what nobody would do again is not set aside: the branch stays as it is, and it is said what to do', async () => {
  const { ours } = await diverged({ 'a.txt': 'ours\n', 'b.txt': 'by hand\n' }, { 'a.txt': 'theirs\n', 'b.txt': 'theirs\n' });
  const { conflicts } = await left();
  await expect(mergeBaseIn(deps, subject, 'plan_1', conflicts ?? [])).rejects.toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('(b.txt)') as string,
  });
  expect(await mirror.resolve('refs/heads/ai-7')).toBe(ours);
});

test('what a task renamed while the base changed it is done again by that task, from the base of both names', async () => {
  landed = [{ ...entry([]), document: { changes: [{ from: 'a.txt', path: 'moved.txt' }] } }];
  repository.git('checkout', '--quiet', '-b', 'ai-7');
  repository.git('mv', 'a.txt', 'moved.txt');
  const head = repository.commit({ 'moved.txt': 'ours\n' });
  repository.git('checkout', '--quiet', 'main');
  await mirror.fetch();
  await mirror.compareAndSwap('refs/heads/ai-7', null, head);
  repository.commit({ 'a.txt': 'theirs\n' });
  const { conflicts } = await left();
  expect(conflicts).not.toEqual([]);
  expect(await mergeBaseIn(deps, subject, 'plan_1', conflicts ?? [])).toMatchObject([{ taskId: 'task_1', firstAttempt: 2 }]);
  expect([await shown('a.txt'), await shown('moved.txt')]).toEqual(['theirs\n', null]);
});

test('without a conflict both are brought together, and nothing is built again', async () => {
  await diverged({ 'c.txt': 'c\n' }, { 'b.txt': 'b2\n' });
  expect(await left()).toMatchObject({ behind: true, conflicts: [] });
  expect(await mergeBaseIn(deps, subject, 'plan_1', [])).toEqual([]);
  expect([await shown('b.txt'), await shown('c.txt')]).toEqual(['b2\n', 'c\n']);
});

test('a branch that has all of the base is not behind it: there is nothing to build on', async () => {
  const { ours } = await diverged({ 'c.txt': 'c\n' }, {});
  expect(await left()).toMatchObject({ behind: false, conflicts: [] });
  expect(await mirror.resolve('refs/heads/ai-7')).toBe(ours);
});

test.each([
  [true, 'waiting'],
  [false, 'over'],
] as const)("a merge in the forge's queue that may go on: %s, is %s to its story", async (may, told) => {
  const parts = {
    forge: () => ({ queueState: async () => ({ state: 'waiting' }) }),
    actions: { mayGoOn: async (id: string) => id === 'act_1' && may },
  };
  const steps = createLandedSteps({ ...deps, ...parts } as unknown as DeliveryDeps);
  expect(await steps.readForgeQueue('iss_1', 'act_1')).toBe(told);
});

test("what Reeve's own queue set aside names its conflicts itself, and its task is built again", async () => {
  await diverged({ 'a.txt': 'ours\n', 'c.txt': 'c\n' }, { 'a.txt': 'theirs\n' });
  expect(await keepWhatMerges(deps, subject, 'plan_1', 'cr_1')).toMatchObject([{ taskId: 'task_1', firstAttempt: 2 }]);
  expect([await shown('a.txt'), await shown('c.txt')]).toEqual(['theirs\n', 'c\n']);
});
