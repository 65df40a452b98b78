import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, merge, propose, type Governance } from '../../../test/kit/governance.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { createPullSteps } from './steps.pull.ts';
import { createDeliveryStore } from './store.ts';

const HEAD = 'a'.repeat(40);

let database: TestDatabase;
let on: Governance;
let steps: ReturnType<typeof createPullSteps>;
/** Where the forge has the branch. */
let branchHead: string | null = null;
let pull: { id?: string; state: string; headSha: string; number: number; headBranch: string } | null = null;
/** What the merge queue has of the pull request. */
const entries: Array<{ id: string; attempt: number; state?: string; publish: { kind: 'action'; actionId: string }; closed?: string | null }> = [];

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const { db, ids, ledger, outbox, actions } = on;
  const projects = createProjects({ db, clock: systemClock, ids, ledger, outbox: outbox as Partial<Outbox> as Outbox });
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const added = { projectId: project.id, forge: 'github' as const, name: 'acme/shop', defaultBranch: 'main', allowlisted: true };
  const repository = await projects.addRepository(added, SYSTEM_ACTOR);
  const item = {
    id: null,
    number: 7,
    title: 'Totals',
    type: null,
    requestedBy: null,
    targetBranch: 'ai-7',
    projectId: project.id,
    repositoryId: repository.id,
  };
  const story = { generation: 1, workflowId: 'delivery.story:iss:1', startedBy: 'system', options: {} };
  const store = { ...createDeliveryStore(), currentStory: async () => story, planOfStory: async () => null, pullOfWorkItem: async () => pull };
  const parts = {
    db,
    ids,
    clock: systemClock,
    projects,
    store,
    actions,
    publicUrl: 'http://reeve.test',
    work: { get: async () => item },
    forge: () => ({ branchHead: async () => branchHead }),
    mirror: async () => ({
      dir: '/mirror',
      resolve: async () => HEAD,
      mergeBase: async () => HEAD,
      fetch: async () => {},
      listTree: async () => [],
      diffNames: async () => [],
    }),
    reviewers: { suggested: async () => null },
    coverage: { untested: async () => null },
    tests: { of: async () => null },
    roles: {},
    queue: {
      list: async () => ({ items: entries, nextCursor: null }),
      async submit({ attempt }: { attempt: number }, { publish }: Pick<(typeof entries)[number], 'publish'>) {
        const value = { id: `cr_${attempt}`, attempt, publish };
        entries.unshift(value);
        return { ok: true, value };
      },
      async close(id: string, reason: string | null) {
        for (const entry of entries) if (entry.id === id) entry.closed = reason;
      },
      async drop(id: string, reason: string) {
        for (const entry of entries) if (entry.id === id) Object.assign(entry, { state: 'dropped', closed: reason });
      },
    },
  };
  steps = createPullSteps(parts as unknown as DeliveryDeps);
});
afterAll(() => database.close());

test('a round that begins anew with the same head asks for no second push and no second draft, whatever the forge shows by now', async () => {
  const pushed = await steps.proposePush('iss_1');
  const opened = await steps.proposePull('iss_1');
  branchHead = HEAD;
  pull = { state: 'open', headSha: HEAD, number: 12, headBranch: 'ai-7' };
  expect((await steps.proposePush('iss_1')).id).toBe(pushed.id);
  expect((await steps.proposePull('iss_1')).id).toBe(opened.id);
  const { items } = await on.actions.list({ limit: 10 });
  expect(items.map(({ record }) => record.kind).toSorted()).toEqual(['branch.push', 'pr.create']);
});

test('each approved merge goes into the queue once, also when a person answered the conflict of the one before it', async () => {
  pull = { id: 'pull_1', state: 'open', headSha: HEAD, number: 12, headBranch: 'ai-7' };
  expect(await steps.submitPull('iss_1', 'act_1', 0, 'story')).toBe('cr_101');
  // A person's answer is the next attempt, under the merge that was approved before.
  entries.unshift({ id: 'cr_of_ann', attempt: 102, publish: { kind: 'action', actionId: 'act_1' } });
  expect(await steps.submitPull('iss_1', 'act_2', 1, 'story')).toBe('cr_103');
  expect(await steps.submitPull('iss_1', 'act_2', 1, 'story')).toBe('cr_103');
});

test('what was set aside under a merge that is taken back waits for nobody', async () => {
  entries.length = 0;
  const { id } = await propose(on, merge({ workItemId: 'iss_1' }));
  entries.push(
    { id: 'cr_1', attempt: 101, state: 'quarantined', publish: { kind: 'action', actionId: id } },
    { id: 'cr_3', attempt: 102, state: 'verifying', publish: { kind: 'action', actionId: id } },
    { id: 'cr_2', attempt: 1, state: 'quarantined', publish: { kind: 'action', actionId: 'act_other' } },
  );
  await steps.withdrawMerge(id, 'It conflicts with what landed before it.');
  const why = 'The merge it was part of was taken back.';
  expect(entries.map(({ state, closed }) => [state, closed])).toEqual([
    ['quarantined', why],
    ['dropped', why],
    ['quarantined', undefined],
  ]);
});
